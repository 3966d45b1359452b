package dev.weir.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules for account takeover find the planted cases, all of them and nothing else. */
class AccountTakeoverTest {
  private static final Path PACK = PackRun.SAMPLES.resolve("account-takeover");
  private static final Path DATA = PACK.resolve("data");

  @TempDir Path folder;

  @Test
  void shouldAlertExactlyThePlantedCasesOfTheShippedData() throws Exception {
    PackRun run = PackRun.ofSample("account-takeover");
    assertThat(run.summary().events()).isGreaterThanOrEqualTo(50_000);
    assertThat(run.summary().late()).isZero();
    assertThat(run.alerts().stream().sorted().toList())
        .isEqualTo(AccountTakeoverData.of(AccountTakeoverData.SEED).planted());
    assertThat(run.summary().alerts().values())
        .as("cases of each rule")
        .containsOnly((long) PlantedCases.CASES);
  }

  /** Compressed bytes may differ between zlib versions; what is in them may not. */
  @ParameterizedTest
  @EnumSource(BankStream.Source.class)
  void shouldGenerateTheShippedData(BankStream.Source source) throws IOException {
    String generated = AccountTakeoverData.of(AccountTakeoverData.SEED).text(source);
    try (InputStream in =
        new GZIPInputStream(Files.newInputStream(DATA.resolve(source.file() + ".gz")))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(generated);
    }
  }

  @Test
  void shouldShipTheListOfPlantedCases() throws IOException {
    assertThat(DATA.resolve(AccountTakeoverData.PLANTED_FILE))
        .hasContent(
            AccountTakeoverData.plantedText(AccountTakeoverData.of(AccountTakeoverData.SEED)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void shouldAlertExactlyThePlantedCasesOfOtherStreams(long seed) throws IOException {
    Map<String, List<Path>> inputs = new LinkedHashMap<>();
    AccountTakeoverData.main(new String[] {folder.toString(), Long.toString(seed)});
    inputs.put("Login", List.of(folder.resolve("logins.jsonl.gz")));
    inputs.put("Push", List.of(folder.resolve("pushes.jsonl.gz")));
    inputs.put("Change", List.of(folder.resolve("changes.jsonl.gz")));
    inputs.put("Payee", List.of(folder.resolve("payees.jsonl.gz")));
    inputs.put("Transfer", List.of(folder.resolve("transfers.csv.gz")));
    PackRun run = PackRun.of(PackRun.plan(PACK.resolve("rules")), inputs);
    assertThat(run.alerts().stream().sorted().toList())
        .as("seed " + seed)
        .isEqualTo(AccountTakeoverData.of(seed).planted());
  }
}
