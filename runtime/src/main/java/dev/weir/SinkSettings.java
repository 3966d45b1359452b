package dev.weir;

import dev.weir.alerts.delivery.DeliveryPolicy;
import dev.weir.alerts.delivery.FileSink;
import dev.weir.alerts.delivery.Sink;
import dev.weir.alerts.delivery.SinkSpec;
import dev.weir.alerts.delivery.StreamSink;
import dev.weir.alerts.delivery.WebhookSecret;
import dev.weir.alerts.delivery.WebhookSink;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A sink of {@code weir.yaml}, checked. Immutable.
 *
 * <pre>
 *  sinks:
 *    - name: desk
 *      webhook: https://desk.example/hooks
 *      secrets: [desk.secret]     # files, each with one whsec_…; two while it is changed
 *      private_addresses: false   # whether it may be one of an own network
 *      timeout: 15s
 *      parallel: 4
 *      rate: 1000/s
 *      retry_first: 1s
 *      retry_most: 10m
 *      give_up_after: 3d
 *      break_after: 8
 *      break_for: 30s
 *    - name: archive
 *      file: out/alerts.jsonl
 *      rotate: 64MiB
 *      keep: 10
 *    - name: screen
 *      stdout: true
 * </pre>
 */
public abstract sealed class SinkSettings {
  private final String name;
  final DeliveryPolicy policy;

  private SinkSettings(String name, DeliveryPolicy policy) {
    this.name = name;
    this.policy = policy;
  }

  /** Name of the sink. */
  public String name() {
    return name;
  }

  /**
   * Opens the sink.
   *
   * @param stdout where a sink to standard output writes
   */
  public abstract SinkSpec open(OutputStream stdout);

  /** The settings in force, by name; secrets by their files alone. */
  public abstract Map<String, Object> effective();

  Map<String, Object> named() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("name", name);
    return settings;
  }

  void putRetries(Map<String, Object> settings) {
    settings.put("retry_first", SettingText.written(policy.retryFirst()));
    settings.put("retry_most", SettingText.written(policy.retryMost()));
    settings.put("give_up_after", SettingText.written(policy.giveUpAfter()));
  }

  /** A webhook. */
  static final class OfWebhook extends SinkSettings {
    private final URI target;
    private final List<Path> secretFiles;
    private final List<WebhookSecret> secrets;
    private final boolean privateAddresses;

    OfWebhook(
        String name,
        DeliveryPolicy policy,
        URI target,
        List<Path> secretFiles,
        List<WebhookSecret> secrets,
        boolean privateAddresses) {
      super(name, policy);
      this.target = target;
      this.secretFiles = List.copyOf(secretFiles);
      this.secrets = List.copyOf(secrets);
      this.privateAddresses = privateAddresses;
    }

    @Override
    public SinkSpec open(OutputStream stdout) {
      Sink sink = new WebhookSink(target, secrets, policy.timeout(), privateAddresses);
      return new SinkSpec(name(), sink, policy, true);
    }

    @Override
    public Map<String, Object> effective() {
      Map<String, Object> settings = named();
      settings.put("webhook", target.toString());
      settings.put("secrets", secretFiles.stream().map(Path::toString).toList());
      settings.put("private_addresses", privateAddresses);
      settings.put("timeout", SettingText.written(policy.timeout()));
      settings.put("parallel", policy.parallel());
      settings.put("rate", policy.perSecond() + "/s");
      putRetries(settings);
      settings.put("break_after", policy.breakAfter());
      settings.put("break_for", SettingText.written(policy.breakFor()));
      return settings;
    }
  }

  /** A file. */
  static final class OfFile extends SinkSettings {
    private final Path file;
    private final long rotateBytes;
    private final int keep;

    OfFile(String name, DeliveryPolicy policy, Path file, long rotateBytes, int keep) {
      super(name, policy);
      this.file = file;
      this.rotateBytes = rotateBytes;
      this.keep = keep;
    }

    @Override
    public SinkSpec open(OutputStream stdout) {
      return new SinkSpec(name(), new FileSink(file, rotateBytes, keep), policy, false);
    }

    @Override
    public Map<String, Object> effective() {
      Map<String, Object> settings = named();
      settings.put("file", file.toString());
      settings.put("rotate", rotateBytes + "B");
      settings.put("keep", keep);
      putRetries(settings);
      return settings;
    }
  }

  /** Standard output. */
  static final class OfStdout extends SinkSettings {
    OfStdout(String name, DeliveryPolicy policy) {
      super(name, policy);
    }

    @Override
    public SinkSpec open(OutputStream stdout) {
      return new SinkSpec(name(), new StreamSink(stdout), policy, false);
    }

    @Override
    public Map<String, Object> effective() {
      Map<String, Object> settings = named();
      settings.put("stdout", true);
      putRetries(settings);
      return settings;
    }
  }
}
