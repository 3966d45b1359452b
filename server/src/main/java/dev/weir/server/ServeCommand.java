package dev.weir.server;

import dev.weir.AlertDelivery;
import dev.weir.RunConfig;
import dev.weir.SinkSettings;
import dev.weir.Weir;
import dev.weir.WeirConfig;
import dev.weir.WeirException;
import dev.weir.journal.Durability;
import dev.weir.server.http.AuditLog;
import dev.weir.server.http.HttpService;
import dev.weir.server.http.HttpSettings;
import dev.weir.server.http.JsonLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir serve}: the engine as a service over HTTP. */
@Command(
    name = "serve",
    description = "Run rules as a service: events over HTTP, alerts to the sinks.",
    footer = {
      "",
      "Settings are in DIR/weir.yaml: rules, data, durability, http, sinks. Without http it",
      "listens to this machine alone, on port 8080. A log of JSON Lines goes to standard error.",
      "",
      "Examples:",
      "  weir serve shop --check",
      "  weir serve --check shop"
    })
final class ServeCommand implements Callable<Integer> {
  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final Duration DRAIN = Duration.ofSeconds(3);
  private static final Duration GROUP_INTERVAL = Duration.ofMillis(10);
  private static final String LOGGER = "serve";

  @Parameters(paramLabel = "DIR", description = "A folder with weir.yaml.")
  private Path folder = Path.of(".");

  @Option(names = "--check", description = "Check settings and rules, and end.")
  private boolean check;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** What only this command reads, besides the common settings. */
  static final class Settings {
    Path data = Path.of("data");
    Durability durability = Durability.process();
    @Nullable HttpSettings http;

    Map<String, RunConfig.Section> sections() {
      return Map.of(
          "data",
          (folder, value, problems) ->
              data = folder.resolve(value == null ? "data" : String.valueOf(value)),
          "durability",
          this::durability,
          "http",
          (folder, value, problems) -> http = HttpSettings.read(folder, value, problems));
    }

    private void durability(Path folder, @Nullable Object value, List<String> problems) {
      switch (String.valueOf(value)) {
        case "null", "process" -> durability = Durability.process();
        case "group" -> durability = Durability.group(GROUP_INTERVAL);
        case "sync" -> durability = Durability.sync();
        default -> problems.add("`durability` must be `process`, `group` or `sync`");
      }
    }
  }

  @Override
  public Integer call() throws IOException, RunConfig.ConfigException {
    Settings settings = new Settings();
    RunConfig config =
        RunConfig.read(folder.resolve("weir.yaml"), System.getenv(), false, settings.sections());
    if (!config.inputs().isEmpty()) {
      throw new RunConfig.ConfigException(
          folder.resolve("weir.yaml")
              + ": `sources` are for `weir run`; `weir serve` is sent its events");
    }
    PrintWriter err = spec.commandLine().getErr();
    if (Plans.load(config.rules(), err).isEmpty()) {
      return ExitCode.FINDINGS;
    }
    if (check) {
      err.println("settings and rules are good");
      return ExitCode.OK;
    }
    return serve(config, settings);
  }

  private int serve(RunConfig config, Settings settings) throws IOException {
    JsonLog log = new JsonLog(spec.commandLine().getErr());
    log.takeLibraries();
    HttpSettings http = java.util.Objects.requireNonNull(settings.http);
    AtomicReference<WeirAccess> access = new AtomicReference<>();
    WeirConfig engine =
        WeirConfig.of(config.rules())
            .withData(settings.data, settings.durability)
            .withNotices(notice -> notice(notice, log, access.get()));
    Optional<Path> letters = config.deadLetters();
    if (letters.isPresent()) {
      engine = engine.withDeadLetters(letters.get());
    }
    Files.createDirectories(settings.data);
    try (Weir weir = Weir.open(engine);
        AlertDelivery delivery = deliver(config.sinks(), weir, settings.data);
        AuditLog audit = new AuditLog(settings.data.resolve("audit.jsonl"))) {
      WeirAccess engineAccess = new WeirAccess(weir, delivery, settings.data, config.rules());
      access.set(engineAccess);
      weir.start();
      weir.flush(); // what the journal has is folded before anybody may ask
      try (HttpService service = new HttpService(http, engineAccess, audit, log)) {
        Interruption.heed();
        InetSocketAddress address = service.address();
        log.info(
            LOGGER,
            "listening to " + address.getAddress().getHostAddress() + ":" + address.getPort());
        while (!Interruption.isRequested()) {
          LockSupport.parkNanos(LOOK_NS);
        }
        log.info(LOGGER, "stopping: no more requests are taken");
      }
      weir.flush();
      if (!delivery.awaitDone(DRAIN)) {
        log.warn(LOGGER, "some alerts are still to be delivered by the next start");
      }
      log.info(LOGGER, "stopped");
    } catch (WeirException e) {
      throw new IOException(e.getMessage(), e);
    }
    return ExitCode.OK;
  }

  private AlertDelivery deliver(List<SinkSettings> sinks, Weir weir, Path data) {
    RunSinks.LineStream out = new RunSinks.LineStream(spec.commandLine().getOut());
    return AlertDelivery.start(
        weir.alertLog().orElseThrow(), data, sinks.stream().map(s -> s.open(out)).toList());
  }

  private static void notice(String notice, JsonLog log, @Nullable WeirAccess access) {
    log.warn("engine", notice);
    if (access != null) {
      access.fullDisk(notice.startsWith("the disk is full") ? notice : "");
    }
  }
}
