package dev.weir;

import dev.weir.alerts.delivery.DeliveryPolicy;
import dev.weir.alerts.delivery.SinkSpec;
import dev.weir.alerts.delivery.WebhookSecret;
import dev.weir.alerts.delivery.WebhookSink;
import dev.weir.dsl.diagnostic.NearNames;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns {@code sinks} into settings and gathers what is wrong with them. */
final class SinkReader {
  private static final List<String> COMMON =
      List.of("name", "retry_first", "retry_most", "give_up_after");
  private static final List<String> WEBHOOK =
      with(
          "webhook",
          "secrets",
          "private_addresses",
          "timeout",
          "parallel",
          "rate",
          "break_after",
          "break_for");
  private static final List<String> FILE = with("file", "rotate", "keep");
  private static final List<String> STDOUT = with("stdout");
  private static final int PARALLEL_MAX = 64;

  private final Path folder;
  private final List<String> problems;
  private final Set<String> names = new HashSet<>();

  SinkReader(Path folder, List<String> problems) {
    this.folder = folder;
    this.problems = problems;
  }

  private static List<String> with(String... more) {
    List<String> all = new ArrayList<>(COMMON);
    all.addAll(List.of(more));
    return List.copyOf(all);
  }

  List<SinkSettings> read(@Nullable Object sinks) {
    List<SinkSettings> settings = new ArrayList<>();
    if (sinks == null) {
      return settings;
    }
    if (!(sinks instanceof List<?> list)) {
      problems.add("`sinks` must be a list such as `- {name: desk, webhook: …, secrets: […]}`");
      return settings;
    }
    for (int i = 0; i < list.size(); i++) {
      String place = "sinks[" + i + "]";
      if (list.get(i) instanceof Map<?, ?> sink) {
        one(place, sink).ifPresent(settings::add);
      } else {
        problems.add("`" + place + "` must be settings such as `{name: desk, webhook: …}`");
      }
    }
    return settings;
  }

  private Optional<SinkSettings> one(String place, Map<?, ?> sink) {
    int before = problems.size();
    List<String> kinds =
        List.of("webhook", "file", "stdout").stream().filter(sink::containsKey).toList();
    if (kinds.size() != 1) {
      problems.add("`" + place + "` needs one of `webhook`, `file` and `stdout`");
      return Optional.empty();
    }
    String kind = kinds.get(0);
    List<String> known = kind.equals("webhook") ? WEBHOOK : kind.equals("file") ? FILE : STDOUT;
    for (Object key : sink.keySet()) {
      if (!known.contains(String.valueOf(key))) {
        problems.add(unknown(place, kind, String.valueOf(key), known));
      }
    }
    String name = name(place, sink.get("name"));
    DeliveryPolicy policy = policy(place, sink, kind.equals("webhook"));
    SinkSettings settings =
        switch (kind) {
          case "webhook" -> webhook(place, sink, name, policy);
          case "file" -> file(place, sink, name, policy);
          default -> {
            if (!value(place, sink, "stdout", SettingText::flag, true)) {
              problems.add("`" + place + ".stdout` is `true` or not there");
            }
            yield new SinkSettings.OfStdout(name, policy);
          }
        };
    return problems.size() == before ? Optional.of(settings) : Optional.empty();
  }

  private String name(String place, @Nullable Object name) {
    if (!(name instanceof String text) || !SinkSpec.isName(text)) {
      problems.add("`" + place + ".name` must be letters, digits, `-` and `_`");
      return "unnamed";
    }
    if (!names.add(text)) {
      problems.add("`" + place + ".name`: " + text + " stands twice");
    }
    return text;
  }

  private DeliveryPolicy policy(String place, Map<?, ?> sink, boolean isWebhook) {
    DeliveryPolicy standard = DeliveryPolicy.DEFAULT;
    DeliveryPolicy policy =
        standard.withRetry(
            value(place, sink, "retry_first", SettingText::duration, standard.retryFirst()),
            value(place, sink, "retry_most", SettingText::duration, standard.retryMost()),
            value(place, sink, "give_up_after", SettingText::duration, standard.giveUpAfter()));
    if (!isWebhook) {
      return policy.withParallel(1).withRate(1e9);
    }
    Duration timeout = value(place, sink, "timeout", SettingText::duration, policy.timeout());
    if (timeout.toMillis() < 1 || timeout.compareTo(Duration.ofMinutes(10)) > 0) {
      problems.add("`" + place + ".timeout` must be from 1ms to 10m");
    }
    return policy
        .withTimeout(timeout)
        .withParallel(
            value(
                place,
                sink,
                "parallel",
                text -> SettingText.count(text, 1, PARALLEL_MAX),
                policy.parallel()))
        .withRate(value(place, sink, "rate", SettingText::perSecond, policy.perSecond()))
        .withBreaker(
            value(
                place,
                sink,
                "break_after",
                text -> SettingText.count(text, 1, 1_000_000),
                policy.breakAfter()),
            value(place, sink, "break_for", SettingText::duration, policy.breakFor()));
  }

  private SinkSettings webhook(String place, Map<?, ?> sink, String name, DeliveryPolicy policy) {
    URI target =
        value(place, sink, "webhook", WebhookSink::target, URI.create("https://none.invalid/"));
    List<Path> files = new ArrayList<>();
    List<WebhookSecret> secrets = new ArrayList<>();
    if (sink.get("secrets") instanceof List<?> list && !list.isEmpty()) {
      for (int i = 0; i < list.size(); i++) {
        secret(place + ".secrets[" + i + "]", list.get(i), files, secrets);
      }
    } else {
      problems.add("`" + place + ".secrets` must be a list of files, each with a `whsec_…`");
    }
    boolean privateToo = value(place, sink, "private_addresses", SettingText::flag, false);
    return new SinkSettings.OfWebhook(name, policy, target, files, secrets, privateToo);
  }

  private void secret(
      String place, @Nullable Object value, List<Path> files, List<WebhookSecret> secrets) {
    Optional<Path> file = path(place, value);
    if (file.isEmpty()) {
      return;
    }
    try {
      secrets.add(WebhookSecret.parse(Files.readString(file.get())));
      files.add(file.get());
    } catch (IOException e) {
      problems.add(
          "`"
              + place
              + "`: cannot read "
              + file.get()
              + (Files.exists(file.get()) ? "" : ": no such file"));
    } catch (IllegalArgumentException e) {
      problems.add("`" + place + "`: " + file.get() + ": " + e.getMessage());
    }
  }

  private SinkSettings file(String place, Map<?, ?> sink, String name, DeliveryPolicy policy) {
    Path file = path(place + ".file", sink.get("file")).orElse(folder);
    Path parent = file.getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      problems.add("`" + place + ".file`: no such folder: " + parent);
    } else if (Files.isDirectory(file)) {
      problems.add("`" + place + ".file`: is a folder: " + file);
    }
    long rotate = value(place, sink, "rotate", SettingText::bytes, 64L << 20);
    int keep = value(place, sink, "keep", text -> SettingText.count(text, 1, 100_000), 10);
    return new SinkSettings.OfFile(name, policy, file, rotate, keep);
  }

  private <T> T value(
      String place, Map<?, ?> sink, String key, Function<String, T> reader, T otherwise) {
    Object value = sink.get(key);
    if (value == null && !sink.containsKey(key)) {
      return otherwise;
    }
    try {
      return reader.apply(String.valueOf(value));
    } catch (IllegalArgumentException e) {
      problems.add("`" + place + "." + key + "` " + e.getMessage());
      return otherwise;
    }
  }

  private Optional<Path> path(String key, @Nullable Object value) {
    if (value instanceof String text && !text.isEmpty()) {
      try {
        return Optional.of(folder.resolve(text));
      } catch (InvalidPathException e) {
        problems.add("`" + key + "` is no path: " + e.getReason());
        return Optional.empty();
      }
    }
    problems.add("`" + key + "` must be a path");
    return Optional.empty();
  }

  private static String unknown(String place, String kind, String key, List<String> known) {
    List<String> near = NearNames.of(key, known);
    return "a "
        + kind
        + " sink has no setting `"
        + key
        + "` (`"
        + place
        + "`)"
        + (near.isEmpty()
            ? "; known: " + String.join(", ", known)
            : "; did you mean `" + near.get(0) + "`?");
  }
}
