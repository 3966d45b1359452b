package dev.weir.server.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Bearer tokens and what they allow. A token is compared by its hash with all that are known, so
 * that the time says nothing about how much of it is right. Immutable.
 */
public final class Tokens {
  /** Least characters of a token. */
  public static final int LENGTH_MIN = 20;

  /**
   * Who calls.
   *
   * @param name for the audit record
   */
  public record Caller(String name, Set<Role> roles) {
    boolean may(Role needed) {
      return roles.stream().anyMatch(role -> role.allows(needed));
    }
  }

  private record Known(byte[] hash, Caller caller) {}

  private final List<Known> known;

  private Tokens(List<Known> known) {
    this.known = List.copyOf(known);
  }

  /** Nobody needs a token: only for a service that listens to its own machine alone. */
  public static Tokens none() {
    return new Tokens(List.of());
  }

  /** These tokens and one more. */
  public Tokens with(String token, Caller caller) {
    java.util.ArrayList<Known> more = new java.util.ArrayList<>(known);
    more.add(new Known(hash(token), caller));
    return new Tokens(more);
  }

  boolean areNeeded() {
    return !known.isEmpty();
  }

  /** Who an {@code Authorization} header belongs to. */
  Optional<Caller> caller(@org.jspecify.annotations.Nullable String header) {
    if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return Optional.empty();
    }
    byte[] hash = hash(header.substring(7).strip());
    Caller found = null;
    for (Known one : known) {
      if (MessageDigest.isEqual(one.hash(), hash)) {
        found = one.caller();
      }
    }
    return Optional.ofNullable(found);
  }

  private static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each JDK has SHA-256", e);
    }
  }
}
