package dev.nightdesk.queue.linear;

import com.graphql_java_generator.client.GraphQLRequestObject;
import com.graphql_java_generator.client.request.AbstractGraphQLRequest;
import com.graphql_java_generator.client.request.QueryField;
import com.graphql_java_generator.exception.GraphQLRequestPreparationException;
import dev.nightdesk.queue.linear.schema.util.CustomScalarRegistryInitializer;
import dev.nightdesk.queue.linear.schema.util.DirectiveRegistryInitializer;
import dev.nightdesk.queue.linear.schema.util.MutationRootResponse;
import dev.nightdesk.queue.linear.schema.util.QueryRootResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.client.GraphQlClient;

/**
 * A document, held against the schema when it is made. The generated class for this always asks a
 * Spring context for a client; ours is never called, since OkHttp carries the text.
 */
final class LinearRequest extends AbstractGraphQLRequest {
  static {
    CustomScalarRegistryInitializer.initCustomScalarRegistry();
    DirectiveRegistryInitializer.initDirectiveRegistry();
  }

  private LinearRequest(String document) throws GraphQLRequestPreparationException {
    super(new NoClient(), "", document);
  }

  static LinearRequest of(String document) {
    try {
      return new LinearRequest(document);
    } catch (GraphQLRequestPreparationException misfit) {
      throw new IllegalStateException("a document does not fit the schema", misfit);
    }
  }

  /** The document as written: the runtime would leave out arguments that are null. */
  String text() {
    return getGraphQLRequest();
  }

  @Override
  protected String getGraphQLClassesPackageName() {
    return "dev.nightdesk.queue.linear.schema";
  }

  @Override
  protected QueryField getQueryContext() throws GraphQLRequestPreparationException {
    return new QueryField(QueryRootResponse.class, "query");
  }

  @Override
  protected QueryField getMutationContext() throws GraphQLRequestPreparationException {
    return new QueryField(MutationRootResponse.class, "mutation");
  }

  @Override
  protected @Nullable QueryField getSubscriptionContext() {
    return null;
  }

  @Override
  protected @Nullable Class<? extends GraphQLRequestObject> getSubscriptionClass() {
    return null;
  }

  /** With a client at hand, the runtime does not look for one in a Spring context. */
  private static final class NoClient implements GraphQlClient {
    @Override
    public RequestSpec document(String document) {
      throw new UnsupportedOperationException();
    }

    @Override
    public RequestSpec documentName(String name) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Builder<?> mutate() {
      throw new UnsupportedOperationException();
    }
  }
}
