/**
 * Optional help for queues behind an HTTP API: calls that end in time, at the pace that the service
 * asks for, and writes that stand once although the service has no transactions.
 */
@NullMarked
package dev.nightdesk.toolkit.http;

import org.jspecify.annotations.NullMarked;
