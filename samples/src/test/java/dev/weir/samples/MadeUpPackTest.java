package dev.weir.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.RunConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packs on made-up data find the planted cases and the listed false alarms, and nothing else. */
class MadeUpPackTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void shouldAlertExactlyThePlantedCasesOfTheShippedData(MadeUpPack pack) throws Exception {
    PackRun run = PackRun.ofSample(pack.folder());
    assertThat(run.summary().events()).isGreaterThanOrEqualTo(50_000);
    assertThat(run.alerts().stream().sorted().toList())
        .isEqualTo(pack.stream(MadeUpPack.SEED).alerts());
    assertThat(run.summary().alerts()).as("each rule has cases").doesNotContainValue(0L);
  }

  /** Compressed bytes may differ between zlib versions; what is in them may not. */
  @ParameterizedTest
  @EnumSource
  void shouldShipWhatItGenerates(MadeUpPack pack) throws IOException {
    Path data = PackRun.SAMPLES.resolve(pack.folder()).resolve("data");
    EventStream stream = pack.stream(MadeUpPack.SEED);
    for (Map.Entry<String, String> file : stream.files().entrySet()) {
      try (InputStream in =
          new GZIPInputStream(Files.newInputStream(data.resolve(file.getKey() + ".gz")))) {
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
            .as(file.getKey())
            .isEqualTo(file.getValue());
      }
    }
    assertThat(data.resolve(MadeUpPack.ALERTS_FILE)).hasContent(stream.alertsText());
  }

  @ParameterizedTest
  @EnumSource
  void shouldAlertExactlyThePlantedCasesOfAnotherStream(MadeUpPack pack)
      throws IOException, RunConfig.ConfigException {
    long seed = 1;
    pack.write(folder, seed);
    RunConfig config = RunConfig.read(PackRun.SAMPLES.resolve(pack.folder()).resolve("weir.yaml"));
    Map<String, List<Path>> inputs = new LinkedHashMap<>();
    config
        .inputs()
        .forEach(
            (type, files) ->
                inputs.put(
                    type,
                    files.stream()
                        .map(file -> folder.resolve(file.getFileName().toString()))
                        .toList()));
    PackRun run = PackRun.of(PackRun.plan(config.rules()), inputs);
    assertThat(run.alerts().stream().sorted().toList())
        .as("seed " + seed)
        .isEqualTo(pack.stream(seed).alerts());
  }
}
