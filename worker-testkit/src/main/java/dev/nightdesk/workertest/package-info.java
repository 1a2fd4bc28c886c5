/**
 * What an adapter's author inherits to see the queue at work: a real worker, a real ledger, a
 * scripted agent, and everything that goes wrong between them.
 */
@NullMarked
package dev.nightdesk.workertest;

import org.jspecify.annotations.NullMarked;
