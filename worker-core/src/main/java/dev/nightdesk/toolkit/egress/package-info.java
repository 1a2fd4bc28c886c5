/**
 * The one way out of a sandbox whose network is fenced: a proxy in the worker, which lets through
 * what the user named and holds the key of the model's service.
 */
@NullMarked
package dev.nightdesk.toolkit.egress;

import org.jspecify.annotations.NullMarked;
