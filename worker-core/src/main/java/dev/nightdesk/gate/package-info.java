/** May this run start? One method through which every start passes, whatever caused it. */
@NullMarked
package dev.nightdesk.gate;

import org.jspecify.annotations.NullMarked;
