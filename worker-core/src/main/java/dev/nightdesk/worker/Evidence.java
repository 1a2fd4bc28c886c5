package dev.nightdesk.worker;

import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.ledger.TaskRow;
import dev.nightdesk.spi.Receipt;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.Task;
import dev.nightdesk.worker.Workspaces.Left;
import dev.nightdesk.worker.Workspaces.Room;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * All that is known of a run when its agent has ended, or could not begin.
 *
 * @param row the task in the ledger, as it was before the run
 * @param task the task in the queue, as it was before the run
 * @param claimed what was written to the queue with the claim
 * @param room where it took place; empty where it came to nothing before that
 * @param left what it left behind there
 */
record Evidence(
    TaskRow row,
    Task task,
    RunTicket ticket,
    List<Receipt> claimed,
    Meter meter,
    RunResult result,
    Optional<Room> room,
    Left left,
    Duration took) {}
