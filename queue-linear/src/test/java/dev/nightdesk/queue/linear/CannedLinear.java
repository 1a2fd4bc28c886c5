package dev.nightdesk.queue.linear;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightdesk.testkit.CannedService;
import dev.nightdesk.testkit.Exchange.Reply;
import dev.nightdesk.testkit.Exchange.Request;
import graphql.ErrorClassification;
import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.Scalars;
import graphql.analysis.FieldComplexityEnvironment;
import graphql.analysis.MaxQueryComplexityInstrumentation;
import graphql.analysis.QueryComplexityInfo;
import graphql.execution.AsyncExecutionStrategy;
import graphql.execution.AsyncSerialExecutionStrategy;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.DataFetcherExceptionHandlerResult;
import graphql.schema.GraphQLScalarType;
import graphql.schema.GraphQLSchema;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Linear, as far as the queue knows it: the schema executed over a workspace. It refuses wrong
 * forms of authorization, unknown fields and what is too complex, as Linear does.
 */
final class CannedLinear extends CannedService {
  static final String PERSONAL = "lin_api_0123456789abcdef";
  static final String OAUTH = "lin_oauth_0123456789abcdef";

  /** In tenths of a point. */
  private static final int MOST_COMPLEX = 100_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final LinearStore store = new LinearStore();
  private final LinearWorkspace workspace = new LinearWorkspace(store);
  private final LinearWrites writes = new LinearWrites(store, workspace);
  private final GraphQL graphQl;
  private final AtomicInteger tenths = new AtomicInteger();

  CannedLinear() throws IOException {
    super("linear");
    RuntimeWiring.Builder wiring = RuntimeWiring.newRuntimeWiring();
    new LinearAnswers(store, workspace).wire(wiring);
    writes.wire(wiring);
    for (String scalar : List.of("DateTime", "DateTimeOrDuration", "TimelessDate")) {
      wiring.scalar(
          GraphQLScalarType.newScalar()
              .name(scalar)
              .coercing(Scalars.GraphQLString.getCoercing())
              .build());
    }
    GraphQLSchema schema =
        new SchemaGenerator()
            .makeExecutableSchema(
                new SchemaParser().parse(new InputStreamReader(schema(), StandardCharsets.UTF_8)),
                wiring.build());
    DataFetcherExceptionHandler handler =
        parameters ->
            CompletableFuture.completedFuture(
                DataFetcherExceptionHandlerResult.newResult(error(parameters.getException()))
                    .build());
    graphQl =
        GraphQL.newGraphQL(schema)
            .queryExecutionStrategy(new AsyncExecutionStrategy(handler))
            .mutationExecutionStrategy(new AsyncSerialExecutionStrategy(handler))
            .instrumentation(
                new MaxQueryComplexityInstrumentation(0, CannedLinear::tenths, this::tooComplex))
            .build();
  }

  private static InputStream schema() {
    return Objects.requireNonNull(
        CannedLinear.class.getResourceAsStream("/linear.graphqls"), "linear.graphqls");
  }

  /**
   * As https://linear.app/developers/rate-limiting counts, where it leaves room on the safe side.
   */
  private static int tenths(FieldComplexityEnvironment field, int inside) {
    int itself = inside == 0 ? 1 : 10 + inside;
    return field.getArguments().get("first") instanceof Integer times ? itself * times : itself;
  }

  private boolean tooComplex(QueryComplexityInfo query) {
    tenths.addAndGet(query.getComplexity());
    return query.getComplexity() > MOST_COMPLEX;
  }

  /** What the requests cost, in Linear's points, since somebody last wanted to know. */
  int points() {
    return tenths.getAndSet(0) / 10;
  }

  LinearStore store() {
    return store;
  }

  LinearWorkspace workspace() {
    return workspace;
  }

  /** What took effect, in its order. */
  List<String> ledger() {
    return writes.ledger();
  }

  private static GraphQLError error(Throwable thrown) {
    String type = thrown instanceof Refusal refusal ? refusal.type() : "internal error";
    return GraphqlErrorBuilder.newError()
        .message("%s", String.valueOf(thrown.getMessage()))
        .errorType(ErrorClassification.errorClassification(type))
        .extensions(Map.of("type", type, "userError", type.equals("invalid input")))
        .build();
  }

  /** An answer with one error. */
  static Reply refused(int status, String type, String code, String message) {
    JsonNode body =
        JSON.valueToTree(
            Map.of(
                "errors",
                List.of(
                    Map.of("message", message, "extensions", Map.of("type", type, "code", code)))));
    return Reply.of(status, body.toString());
  }

  /** Does what is asked, though nobody may hear the answer. */
  Reply act(Request request) {
    try {
      return answer(request);
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  @Override
  protected Reply answer(Request request) throws Exception {
    if (!request.path().equals("/graphql") || !request.method().equals("POST")) {
      return Reply.of(404, "<html>not here</html>");
    }
    String authorization = request.header("authorization").orElse("");
    if (authorization.startsWith("Bearer lin_api_")) {
      return refused(
          400, "authentication error", "AUTHENTICATION_ERROR", "Remove the Bearer prefix");
    }
    if (!authorization.equals(PERSONAL) && !authorization.equals("Bearer " + OAUTH)) {
      return refused(
          401, "authentication error", "AUTHENTICATION_ERROR", "Authentication required");
    }
    JsonNode asked = request.json();
    Map<String, Object> variables =
        JSON.convertValue(asked.path("variables"), new TypeReference<Map<String, Object>>() {});
    ExecutionResult result =
        graphQl.execute(
            ExecutionInput.newExecutionInput(asked.path("query").asText())
                .variables(variables)
                .build());
    boolean understood = result.isDataPresent();
    Map<String, Object> body = result.toSpecification();
    if (!understood) {
      return refused(
          400, "graphql error", "GRAPHQL_VALIDATION_FAILED", String.valueOf(body.get("errors")));
    }
    return Reply.of(200, JSON.writeValueAsString(body));
  }
}
