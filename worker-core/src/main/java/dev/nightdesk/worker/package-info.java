/**
 * One task's life, readable top to bottom in {@link dev.nightdesk.worker.Life}: poll, gate, claim,
 * prepare, run, verdict, deliver, record.
 */
@NullMarked
package dev.nightdesk.worker;

import org.jspecify.annotations.NullMarked;
