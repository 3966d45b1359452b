package dev.weir.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The card rules on real payments, and on planted cases of what those payments do not show. */
class CardFraudTest {
  private static final long SEED = 20_180_401L;
  private static final long START_SECONDS = 1_522_540_800L; // 2018-04-01T00:00Z
  private static final int DAYS = 60;
  private static final int CUSTOMERS = 200;
  private static final int BACKGROUND = 12_000;

  private record Payment(long second, int customer, int terminal, int cents) {}

  @TempDir Path folder;
  private final List<Payment> payments = new ArrayList<>();

  @Test
  void shouldFireAtLeastFiveRulesOnTheShippedPayments() throws Exception {
    PackRun run = PackRun.ofSample("card-fraud");
    assertThat(run.summary().events()).isEqualTo(288_062);
    assertThat(run.summary().alerts().values().stream().filter(count -> count > 0))
        .hasSizeGreaterThanOrEqualTo(5);
    assertThat(run.summary().alerts()).containsEntry("card_testing", 0L);
  }

  @Test
  void shouldAlertExactlyThePlantedCasesOfWhatTheShippedPaymentsDoNotShow() throws IOException {
    background(new Random(SEED));
    List<Planted> expected = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      expected.add(cardTesting(i));
      expected.add(busyTerminal(i));
    }
    PackRun run =
        PackRun.of(
            PackRun.plan(PackRun.SAMPLES.resolve("card-fraud/rules")),
            Map.of("Payment", List.of(write())));
    assertThat(run.summary().events()).isGreaterThan(BACKGROUND);
    assertThat(run.alertsOf("card_testing", "busy_terminal"))
        .as("seed " + SEED)
        .isEqualTo(expected.stream().sorted().toList());
  }

  /** Amounts between the limits of probes and of large payments, five terminals a customer. */
  private void background(Random random) {
    for (int i = 0; i < BACKGROUND; i++) {
      int customer = 1 + random.nextInt(CUSTOMERS);
      payments.add(
          new Payment(
              random.nextInt(DAYS * 86_400),
              customer,
              customer + random.nextInt(5),
              200 + random.nextInt(9_801)));
    }
  }

  /** Probes and a large payment; beside them one probe only, and a large one a second too late. */
  private Planted cardTesting(int i) {
    long at = (5 + 7L * i) * 86_400 + 3_600;
    int customer = 1_001 + i;
    for (int probe = 0; probe < 2 + i; probe++) {
      payments.add(new Payment(at + probe * 60L, customer, 1, 199 - probe));
    }
    long end = at + 12 * 3_600 - 1;
    payments.add(new Payment(end, customer, 2, 10_001));

    payments.add(new Payment(at, 2_001 + i, 1, 150));
    payments.add(new Payment(at + 60, 2_001 + i, 2, 10_001));
    payments.add(new Payment(at, 3_001 + i, 1, 150));
    payments.add(new Payment(at + 60, 3_001 + i, 1, 150));
    payments.add(new Payment(at + 12 * 3_600, 3_001 + i, 2, 10_001));
    return planted(end, "card_testing", customer);
  }

  /** Five customers in 15 minutes; beside them the fifth a second too late. */
  private Planted busyTerminal(int i) {
    long at = (6 + 7L * i) * 86_400 + 3_600;
    for (int customer = 0; customer < 4; customer++) {
      payments.add(new Payment(at + customer * 60L, 4_001 + customer, 5_001 + i, 2_000));
      payments.add(new Payment(at + customer * 60L, 4_001 + customer, 6_001 + i, 2_000));
    }
    long end = at + 15 * 60 - 1;
    payments.add(new Payment(end, 4_005, 5_001 + i, 2_000));
    payments.add(new Payment(end + 1, 4_005, 6_001 + i, 2_000));
    return planted(end, "busy_terminal", 5_001 + i);
  }

  private static Planted planted(long second, String rule, int key) {
    return new Planted(time(second), rule, Integer.toString(key));
  }

  private static String time(long second) {
    return Instant.ofEpochSecond(START_SECONDS + second).toString();
  }

  private Path write() throws IOException {
    payments.sort(Comparator.comparingLong(Payment::second));
    StringBuilder text = new StringBuilder("tx_id,event_time,customer_id,terminal_id,amount\n");
    for (int i = 0; i < payments.size(); i++) {
      Payment p = payments.get(i);
      text.append(
          String.format(
              Locale.ROOT,
              "%d,%s,%d,%d,%d.%02d\n",
              i,
              time(p.second()),
              p.customer(),
              p.terminal(),
              p.cents() / 100,
              p.cents() % 100));
    }
    return Files.writeString(folder.resolve("payments.csv"), text);
  }
}
