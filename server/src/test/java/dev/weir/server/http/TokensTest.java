package dev.weir.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokensTest {
  private static final Tokens TOKENS =
      Tokens.none()
          .with("shop-token-0123456789", new Tokens.Caller("shop", EnumSet.of(Role.INGEST)))
          .with("desk-token-0123456789", new Tokens.Caller("desk", EnumSet.of(Role.OPERATE)))
          .with("root-token-0123456789", new Tokens.Caller("root", EnumSet.of(Role.ADMIN)));

  private static Set<Role> allowed(String header) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    TOKENS
        .caller(header)
        .ifPresent(
            caller -> {
              for (Role role : Role.values()) {
                if (caller.may(role)) {
                  roles.add(role);
                }
              }
            });
    return roles;
  }

  @Test
  void shouldAllowWhatTheRoleSaysAndNoMore() {
    assertThat(allowed("Bearer shop-token-0123456789")).containsExactly(Role.INGEST);
    assertThat(allowed("bearer desk-token-0123456789")).containsExactly(Role.READ, Role.OPERATE);
    assertThat(allowed("Bearer root-token-0123456789")).containsExactly(Role.values());
  }

  @Test
  void shouldKnowNobodyByAWrongToken() {
    assertThat(TOKENS.caller(null)).isEmpty();
    for (String header :
        new String[] {
          "",
          "Bearer",
          "Bearer ",
          "Bearer shop-token-012345678",
          "Bearer shop-token-01234567890",
          "Basic shop-token-0123456789",
          "shop-token-0123456789",
          "Bearer Shop-token-0123456789"
        }) {
      assertThat(TOKENS.caller(header)).as(header).isEmpty();
    }
    assertThat(Tokens.none().caller("Bearer ")).isEmpty();
  }

  @Test
  void shouldAllowARateAndASecondsWorthAtOnce() {
    long[] nowNs = {Long.MAX_VALUE - 5};
    RateLimit limit = new RateLimit(10, () -> nowNs[0]);
    for (int i = 0; i < 10; i++) {
      assertThat(limit.allows("a")).isTrue();
    }
    assertThat(limit.allows("a")).isFalse();
    assertThat(limit.allows("b")).as("another caller").isTrue();
    nowNs[0] += 100_000_000;
    assertThat(limit.allows("a")).isTrue();
    assertThat(limit.allows("a")).isFalse();
  }

  @Test
  void shouldMatchWholePathsOnly() {
    Route route =
        new Route(
            io.undertow.util.Methods.POST,
            "/v1/events/{type}",
            java.util.Optional.empty(),
            r -> {});
    assertThat(route.match("/v1/events/Payment")).contains(java.util.List.of("Payment"));
    for (String path :
        new String[] {
          "/v1/events/", "/v1/events", "/v1/events/Payment/", "/v1/events/a/b", "/v1/events/..",
          "/v1//events/Payment", "/V1/events/Payment", "/v1/events/a b", "/v1/events/%2e%2e", "",
          "/v1/events/Pay\u00e9", "/x/../v1/events/Payment"
        }) {
      assertThat(route.match(path)).as(path).isEmpty();
    }
  }
}
