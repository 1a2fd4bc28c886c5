/**
 * Tasks that are records of an Airtable table.
 *
 * <p>{@link dev.nightdesk.queue.airtable.AirtableQueue} is what a worker sees. {@code
 * AirtableClient} sends the requests, {@code AirtableFaults} sorts what the service refuses, {@code
 * Layout} knows the table's ids, {@code Rows} makes tasks of records, {@code AirtableBoard} reads
 * and writes single tasks, {@code AirtablePolls} finds out what changed, {@code AirtableCheckup} is
 * what doctor says.
 */
@NullMarked
package dev.nightdesk.queue.airtable;

import org.jspecify.annotations.NullMarked;
