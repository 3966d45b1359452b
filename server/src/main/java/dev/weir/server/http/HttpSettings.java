package dev.weir.server.http;

import dev.weir.SettingText;
import dev.weir.dsl.diagnostic.NearNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code http} of {@code weir.yaml}, checked. Immutable.
 *
 * <pre>
 *  http:
 *    listen: 127.0.0.1:8080       # the own machine alone, unless told otherwise
 *    tls: {keystore: weir.p12, password: weir.p12.password}   # PKCS#12, a file with its password
 *    tokens:                      # needed where others may connect
 *      - {name: shop, file: shop.token, roles: [ingest]}
 *      - {name: desk, file: desk.token, roles: [read, operate]}
 *    body_max: 8MiB               # of a request, unpacked
 *    rate: 10000/s                # requests of one caller
 * </pre>
 *
 * @param bodyMaxBytes of a request, packed or unpacked
 * @param perSecond requests of one caller
 */
public record HttpSettings(
    String host,
    int port,
    Optional<Path> keystore,
    Optional<Path> keystorePassword,
    Tokens tokens,
    int bodyMaxBytes,
    double perSecond) {
  private static final List<String> KEYS = List.of("listen", "tls", "tokens", "body_max", "rate");
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "::1");
  private static final int BODY_DEFAULT = 8 << 20;
  private static final long BODY_LARGEST = 256L << 20;
  private static final double RATE_DEFAULT = 10_000;

  /** Whether only the own machine can connect. */
  boolean isLoopback() {
    return LOOPBACK.contains(host);
  }

  /** Whether a {@code Host} header may name the own machine so. */
  static boolean isLoopbackHost(String header) {
    String name =
        header.startsWith("[")
            ? header.substring(1, Math.max(1, header.indexOf(']')))
            : header.replaceFirst(":[0-9]*$", "");
    return LOOPBACK.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Reads the section, nothing for none; what is wrong goes to the problems. */
  public static HttpSettings read(Path folder, @Nullable Object section, List<String> problems) {
    Reader reader = new Reader(folder, problems);
    if (section == null) {
      return reader.read(Map.of());
    }
    if (section instanceof Map<?, ?> map) {
      return reader.read(map);
    }
    problems.add("`http` must be settings such as `{listen: 127.0.0.1:8080}`");
    return reader.read(Map.of());
  }

  private static final class Reader {
    private final Path folder;
    private final List<String> problems;

    Reader(Path folder, List<String> problems) {
      this.folder = folder;
      this.problems = problems;
    }

    HttpSettings read(Map<?, ?> section) {
      known("http", section, KEYS);
      String listen = value("http.listen", section.get("listen"), Reader::listen, "127.0.0.1:8080");
      int colon = listen.lastIndexOf(':');
      String host = listen.substring(0, colon).replaceAll("[\\[\\]]", "");
      int port = Integer.parseInt(listen.substring(colon + 1));
      Optional<Path> keystore = Optional.empty();
      Optional<Path> password = Optional.empty();
      if (section.get("tls") instanceof Map<?, ?> tls) {
        known("http.tls", tls, List.of("keystore", "password"));
        keystore = file("http.tls.keystore", tls.get("keystore"));
        password = file("http.tls.password", tls.get("password"));
      } else if (section.containsKey("tls")) {
        problems.add("`http.tls` must be `{keystore: FILE, password: FILE}`");
      }
      Tokens tokens = tokens(section.get("tokens"));
      long body =
          value("http.body_max", section.get("body_max"), SettingText::bytes, (long) BODY_DEFAULT);
      if (body > BODY_LARGEST) {
        problems.add("`http.body_max` must be at most 256MiB");
      }
      double rate = value("http.rate", section.get("rate"), SettingText::perSecond, RATE_DEFAULT);
      HttpSettings settings =
          new HttpSettings(
              host, port, keystore, password, tokens, (int) Math.min(body, BODY_LARGEST), rate);
      if (!settings.isLoopback() && !tokens.areNeeded()) {
        problems.add(
            "`http.listen` is " + host + ", so others can connect: `http.tokens` are needed");
      }
      return settings;
    }

    private static String listen(String text) {
      if (!text.matches("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9.-]+):[0-9]{1,5}")
          || Integer.parseInt(text.substring(text.lastIndexOf(':') + 1)) > 65_535) {
        throw new IllegalArgumentException("must be HOST:PORT such as `127.0.0.1:8080`");
      }
      return text;
    }

    private Tokens tokens(@Nullable Object section) {
      Tokens tokens = Tokens.none();
      if (section == null) {
        return tokens;
      }
      if (!(section instanceof List<?> list) || list.isEmpty()) {
        problems.add("`http.tokens` must be a list of `{name: …, file: …, roles: […]}`");
        return tokens;
      }
      Set<String> names = new HashSet<>();
      for (int i = 0; i < list.size(); i++) {
        String place = "http.tokens[" + i + "]";
        if (!(list.get(i) instanceof Map<?, ?> token)) {
          problems.add("`" + place + "` must be `{name: …, file: …, roles: […]}`");
          continue;
        }
        known(place, token, List.of("name", "file", "roles"));
        String name = String.valueOf(token.get("name"));
        if (!name.matches("[A-Za-z0-9_.-]{1,64}") || !token.containsKey("name")) {
          problems.add("`" + place + ".name` must be letters, digits, `-`, `_` and `.`");
        } else if (!names.add(name)) {
          problems.add("`" + place + ".name`: " + name + " stands twice");
        }
        Optional<String> secret = secret(place + ".file", token.get("file"));
        Set<Role> roles = roles(place + ".roles", token.get("roles"));
        if (secret.isPresent()) {
          tokens = tokens.with(secret.get(), new Tokens.Caller(name, roles));
        }
      }
      return tokens;
    }

    private Optional<String> secret(String place, @Nullable Object value) {
      Optional<Path> file = file(place, value);
      if (file.isEmpty()) {
        return Optional.empty();
      }
      try {
        String token = Files.readString(file.get()).strip();
        if (token.length() < Tokens.LENGTH_MIN || !token.matches("[!-~]+")) {
          problems.add(
              "`"
                  + place
                  + "`: a token is one word of at least "
                  + Tokens.LENGTH_MIN
                  + " characters: "
                  + file.get());
          return Optional.empty();
        }
        return Optional.of(token);
      } catch (IOException e) {
        problems.add("`" + place + "`: cannot read " + file.get());
        return Optional.empty();
      }
    }

    private Set<Role> roles(String place, @Nullable Object value) {
      Set<Role> roles = EnumSet.noneOf(Role.class);
      if (value instanceof List<?> list) {
        for (Object name : list) {
          for (Role role : Role.values()) {
            if (role.name().toLowerCase(Locale.ROOT).equals(name)) {
              roles.add(role);
            }
          }
        }
        if (roles.size() == list.size() && !roles.isEmpty()) {
          return roles;
        }
      }
      problems.add("`" + place + "` must be a list of `ingest`, `read`, `operate` and `admin`");
      return roles;
    }

    private Optional<Path> file(String place, @Nullable Object value) {
      if (!(value instanceof String text) || text.isEmpty()) {
        problems.add("`" + place + "` must be a file");
        return Optional.empty();
      }
      Path file = folder.resolve(text);
      if (!Files.isRegularFile(file)) {
        problems.add("`" + place + "`: no such file: " + file);
        return Optional.empty();
      }
      return Optional.of(file);
    }

    private <T> T value(
        String place, @Nullable Object value, Function<String, T> reader, T otherwise) {
      if (value == null) {
        return otherwise;
      }
      try {
        return reader.apply(String.valueOf(value));
      } catch (IllegalArgumentException e) {
        problems.add("`" + place + "` " + e.getMessage());
        return otherwise;
      }
    }

    private void known(String place, Map<?, ?> section, List<String> keys) {
      for (Object key : section.keySet()) {
        if (!keys.contains(String.valueOf(key))) {
          List<String> near = NearNames.of(String.valueOf(key), keys);
          problems.add(
              "no setting is called `"
                  + place
                  + "."
                  + key
                  + "`"
                  + (near.isEmpty()
                      ? "; known: " + String.join(", ", keys)
                      : "; did you mean `" + near.get(0) + "`?"));
        }
      }
    }
  }
}
