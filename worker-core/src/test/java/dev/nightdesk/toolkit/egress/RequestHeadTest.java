package dev.nightdesk.toolkit.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightdesk.spi.Secret;
import dev.nightdesk.toolkit.egress.ModelService.Credential;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways to say one thing to this proxy and another one to the next. */
class RequestHeadTest {
  private static RequestHead parse(String text) throws RefusedException {
    return RequestHead.parse(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @CsvSource({
    "CONNECT api.example.com:443, api.example.com:443",
    "CONNECT API.Example.COM.:443, api.example.com:443",
    "GET http://api.example.com/a?b=//c, api.example.com:80",
    "GET HTTP://api.example.com:8080, api.example.com:8080",
    "CONNECT b\u00fccher.example:443, ''",
    "CONNECT xn--bcher-kva.example:443, xn--bcher-kva.example:443",
    "CONNECT 10.1.2.3:443, 10.1.2.3:443",
    "CONNECT [2001:DB8::1]:443, [2001:db8:0:0:0:0:0:1]:443",
  })
  void readsOneHostInOneWay(String firstWords, String expected) throws Exception {
    if (expected.isEmpty()) {
      assertThatThrownBy(() -> parse(firstWords + " HTTP/1.1"))
          .isInstanceOf(RefusedException.class);
    } else {
      assertThat(parse(firstWords + " HTTP/1.1").to()).map(Object::toString).contains(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "api.example.com", // no port
        "api.example.com:0",
        "api.example.com:65536",
        "api.example.com:443@evil.example:443",
        "user@api.example.com:443",
        "api.example.com\u0000.evil.example:443",
        "api.example.com%00.evil.example:443",
        "api.example.com%2eevil.example:443",
        "api.example.com#evil.example:443",
        "api.example.com/evil.example:443",
        "api.example.com\\evil.example:443",
        "api..example.com:443",
        ".example.com:443",
        "-a.example.com:443",
        "127.1:443",
        "0177.0.0.1:443",
        "0x7f.0.0.1:443",
        "0x7f000001:443",
        "2130706433:443",
        "017700000001:443",
        "127.0.0.01:443",
        "127.0.0.256:443",
        "1.2.3.4.5:443",
        "[::ffff:127.0.0.1]:443",
        "[::ffff:7f00:1]:443",
        "[::1%25lo]:443",
        "[fe80::1%lo]:443",
        "[::1:443",
        "[]:443",
        "::1:443",
        "*.example.com:443",
        "api.example.com:+443",
        "api.example.com:443:443",
        "api.example.com :443",
      })
  void refusesWhatHasTwoReadings(String authority) {
    assertThatThrownBy(() -> parse("CONNECT " + authority + " HTTP/1.1"))
        .isInstanceOf(RefusedException.class);
    if (!authority.equals("api.example.com")
        && !authority.contains("/")
        && !authority.contains("\\")
        && !authority.contains("#")) {
      assertThatThrownBy(() -> parse("GET http://" + authority + "/ HTTP/1.1"))
          .isInstanceOf(RefusedException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET https://api.example.com/ HTTP/1.1",
        "GET ftp://api.example.com/ HTTP/1.1",
        "GET api.example.com HTTP/1.1",
        "GET  / HTTP/1.1",
        "GET / HTTP/1.1 ",
        "GET / HTTP/2",
        "GET / HTTP/0.9",
        "GET /\u0000 HTTP/1.1",
        "GET /\nHost: evil HTTP/1.1",
        "GET / HTTP/1.1\nHost: a",
        "GET / HTTP/1.1\r\nHost : a",
        "GET / HTTP/1.1\r\n Host: a",
        "GET / HTTP/1.1\r\nA: b\r\n folded: c",
        "GET / HTTP/1.1\r\nA: b\rC: d",
        "GET / HTTP/1.1\r\nA: b\u0000c",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2",
        "GET /v1/../admin HTTP/1.1",
        "GET /v1/%2e%2E/admin HTTP/1.1",
        "GET /v1/./x HTTP/1.1",
        "GET http://127.0.0.1:3128/v1/.. HTTP/1.1",
        "",
      })
  void refusesMalformedHeads(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(RefusedException.class);
  }

  @Test
  void sendsOnWhatIsMeantForTheServiceWithItsKeyOnly() throws Exception {
    RequestHead head =
        parse(
            String.join(
                "\r\n",
                "POST http://127.0.0.1:3128/v1/messages?beta=true HTTP/1.1",
                "Host: 127.0.0.1:3128",
                "X-Api-Key: stand-in",
                "AUTHORIZATION: Bearer own",
                "Connection: keep-alive, X-Hop, Content-Length",
                "X-Hop: 1",
                "Content-Length: 5",
                "Proxy-Authorization: Basic x",
                "Upgrade: websocket",
                "anthropic-beta: a"));
    assertThat(head.to()).isEmpty();
    byte[] onward =
        head.onward(
            "/v1/messages",
            "api.example.com",
            Optional.of(new Credential("x-api-key", Secret.of("real"))));
    assertThat(new String(onward, StandardCharsets.ISO_8859_1).split("\r\n", -1))
        .containsExactly(
            "POST /v1/messages HTTP/1.1",
            "Host: api.example.com",
            "Connection: close",
            "Content-Length: 5",
            "anthropic-beta: a",
            "x-api-key: real",
            "",
            "");
  }
}
