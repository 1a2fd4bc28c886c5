package dev.nightdesk.queue.linear;

/**
 * What is asked of Linear. Lists come in the order in which things were made, which is what Linear
 * does unasked: nothing moves from one page to another. It counts a point for each object that a
 * request could return, refuses more than 10,000 in one, and allows 3,000,000 an hour: so lists ask
 * for few labels and relations, and {@link #DETAILS} for more where there are more.
 */
final class LinearDocuments {
  /** Issues in a page of {@link #LIST}. */
  static final int LISTED = 100;

  /** Issues in one answer to {@link #DETAILS}. */
  static final int DETAILED = 25;

  /** Whatever else in one page. */
  static final int PAGE = 50;

  private static final String AUTHORS =
      " botActor { id name type } %s { id name } %s { id name email app }";

  private static final String COMMENT =
      "{ id body createdAt issueId" + AUTHORS.formatted("externalUser", "user") + " }";

  private static final String END = " pageInfo { hasNextPage endCursor } }";
  private static final String CUT = " pageInfo { hasNextPage } }";

  static final LinearRequest VIEWER =
      LinearRequest.of(
          "query Site($filter: TeamFilter) { viewer { id name app }"
              + " teams(filter: $filter, first: 2) { nodes { id key name states(first: 100) {"
              + " nodes { id name type position }"
              + END
              + " }"
              + END
              + " }");

  static final LinearRequest PROJECTS =
      LinearRequest.of(
          "query Projects($filter: ProjectFilter) {"
              + " projects(filter: $filter, first: 10) { nodes { id name url }"
              + END
              + " }");

  static final LinearRequest LABELS =
      LinearRequest.of(
          "query Labels($filter: IssueLabelFilter, $first: Int, $after: String) {"
              + " issueLabels(filter: $filter, first: $first, after: $after) {"
              + " nodes { id name isGroup team { id } }"
              + END
              + " }");

  static final LinearRequest LIST =
      LinearRequest.of(
          "query List($filter: IssueFilter, $first: Int, $after: String) {"
              + " issues(filter: $filter, first: $first, after: $after) {"
              + " nodes "
              + issue(5, 2, 3, "")
              + END
              + " }");

  static final LinearRequest CHANGES =
      LinearRequest.of(
          "query Changes($issues: IssueFilter, $comments: CommentFilter, $first: Int) {"
              + " issues(filter: $issues, first: $first,"
              + " includeArchived: true) { nodes { id updatedAt }"
              + END
              + " comments(filter: $comments, first: $first) { nodes "
              + COMMENT
              + END
              + " }");

  static final LinearRequest MORE_CHANGES =
      LinearRequest.of(
          "query MoreChanges($filter: IssueFilter, $first: Int, $after: String) {"
              + " issues(filter: $filter, first: $first, after: $after,"
              + " includeArchived: true) { nodes { id updatedAt }"
              + END
              + " }");

  static final LinearRequest DETAILS =
      LinearRequest.of(
          "query Details($filter: IssueFilter, $first: Int) {"
              + " issues(filter: $filter, first: $first, includeArchived: true) { nodes "
              + issue(20, 10, 10, " relations(first: 10) { nodes { type relatedIssue { id } } }")
              + END
              + " }");

  static final LinearRequest ISSUE =
      LinearRequest.of(
          "query Issue($id: String!) { issue(id: $id) " + issue(50, 25, 100, "") + " }");

  static final LinearRequest COMMENTS =
      LinearRequest.of(
          "query Comments($filter: CommentFilter, $first: Int, $after: String) {"
              + " comments(filter: $filter, first: $first, after: $after) {"
              + " nodes "
              + COMMENT
              + END
              + " }");

  static final LinearRequest WRITTEN =
      LinearRequest.of("query Written($id: String) { comment(id: $id) " + COMMENT + " }");

  static final LinearRequest USER =
      LinearRequest.of(
          "query User($filter: UserFilter) {"
              + " users(filter: $filter, first: 1) { nodes { id active app guest }"
              + END
              + " }");

  static final LinearRequest NOTE =
      LinearRequest.of(
          "mutation Note($input: CommentCreateInput!) {"
              + " commentCreate(input: $input) { success comment "
              + COMMENT
              + " } }");

  static final LinearRequest LINK =
      LinearRequest.of(
          "mutation Link($input: AttachmentCreateInput!) {"
              + " attachmentCreate(input: $input) { success attachment { id } } }");

  static final LinearRequest MOVE =
      LinearRequest.of(
          "mutation Move($id: String!, $input: IssueUpdateInput!) {"
              + " issueUpdate(id: $id, input: $input) { success issue { id } } }");

  static final LinearRequest ADD =
      LinearRequest.of(
          "mutation Add($input: IssueCreateInput!) {"
              + " issueCreate(input: $input) { success issue { id } } }");

  static final LinearRequest LABEL =
      LinearRequest.of(
          "mutation Label($input: IssueLabelCreateInput!) {"
              + " issueLabelCreate(input: $input) { success issueLabel { id } } }");

  private LinearDocuments() {}

  /** How many of each are asked for at most; {@link LinearTasks#isCut} tells if there are more. */
  private static String issue(int labels, int attachments, int relations, String more) {
    return "{ id title description priority dueDate url createdAt updatedAt archivedAt trashed"
        + " team { id } project { id } state { id type }"
        + AUTHORS.formatted("externalUserCreator", "creator")
        + (" labels(first: %d) { nodes { id name }" + CUT).formatted(labels)
        + (" attachments(first: %d) { nodes { url }" + CUT).formatted(attachments)
        + (" inverseRelations(first: %d) { nodes { type issue { id title archivedAt trashed"
                + " state { type } } }"
                + CUT)
            .formatted(relations)
        + more
        + " }";
  }
}
