package dev.nightdesk.spi;

/** What a finished run amounts to: the verdict's word, as it stands in the audit log. */
public enum RunStatus {
  /** Done, with evidence. */
  OK,
  /** It said nothing, or that there was nothing to do. */
  EMPTY,
  /** Done in part: tool calls were denied, or an expected file is missing. */
  PARTIAL,
  /** The agent stopped on purpose, or did not say how it ended where it has to. */
  INCOMPLETE,
  /** The agent says that the task is too large. */
  TOO_LARGE,
  /** The agent says that the task is not what it expects. */
  UNEXPECTED_INPUT,
  /** The agent says that a tool it needs failed. */
  TOOL_FAILED,
  /** It failed. */
  ERROR,
  /** Stopped at the time limit. */
  TIMEOUT,
  /** Stopped because it gave no sign of life. */
  IDLE,
  /** Stopped at the limit of model calls. */
  CALL_LIMIT,
  /** Stopped at the limit of cost. */
  COST_LIMIT,
  /** Stopped at the limit of output. */
  OUTPUT_LIMIT,
  /** Stopped because a budget is used up. */
  BUDGET,
  /** Stopped because the task was closed, moved or edited, or the worker is shutting down. */
  CANCELLED,
  /** Stopped by the kill switch. */
  KILLED,
  /** Its worker died or was cut off; how it ended is not known. */
  LOST
}
