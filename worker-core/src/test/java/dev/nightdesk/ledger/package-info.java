@NullMarked
package dev.nightdesk.ledger;

import org.jspecify.annotations.NullMarked;
