package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Chunks of live state: their bytes against a golden file ({@code -Dweir.golden.update=true}
 * rewrites it), and what becomes of damaged ones.
 */
class StateChunksTest {
  private static final String RULES =
      """
      event Payment { card text, amount int, note text?, at time } late 1s keep 1d
      event Login { card text, ok int, at time }
      rule probing {
        by card
        match probe: Payment {2..} where amount < 5 then big: Payment where amount > sum(probe.amount)
        within 10m
        after match consume all
        alert "{card}" { note: probe[1].note, n: count(probe) }
      }
      rule silent {
        by card  starts once
        match l: Login then no Payment for 5m
        alert "{card}" { ok: l.ok }
      }
      rule often {
        by card
        when on rising count(Payment over 1m) >= 2
        alert "{count(Payment over 1m)}" { d: distinct(Payment.note over 2m), m: max(Payment.amount over 1m),
          s: sum(Payment.amount where amount > 1 over 2m), n: count(Payment ever), p: prev(Payment).note,
          e: distinct(Payment.note ever), a: avg(Payment.amount ever) }
      }
      rule anywhere {
        match a: Login then b: Login where card = a.card and ok != a.ok
        within 1h
        alert "twice" { card: a.card }
      }
      """;

  private static final String[] BEFORE = {
    "1 Payment c1 2 hello",
    "3 Login c1 1",
    "4 Payment c2 9 ?",
    "20 Payment c1 3 x",
    "21 Login c2 0",
    "22 Payment c2 1 hello",
    "100 Payment c1 4 hello",
    "101 Payment c1 1 hello"
  };
  private static final String[] AFTER = {
    "102 Payment c1 1 y",
    "103 Payment c1 900 y",
    "104 Login c1 0",
    "150 Payment c2 2 z",
    "151 Payment c2 2 z",
    "160 Login c2 1",
    "500 Payment c2 70 z"
  };

  @Test
  void shouldWriteTheBytesOfTheGoldenFile() throws IOException {
    List<byte[]> chunks = export(new Harness(RULES).run(BEFORE).engine);
    String text =
        String.join(
                "\n", chunks.stream().map(c -> HexFormat.of().formatHex(stamped(c, 0))).toList())
            + "\n";
    assertThat(text).isEqualTo(golden("state-chunks.hex", text));
  }

  @Test
  void shouldGoOnFromTheGoldenFile() throws IOException {
    Harness whole = new Harness(RULES).run(BEFORE).run(AFTER).until(2_000);
    Harness moved = new Harness(RULES);
    moved.after(BEFORE.length, 101);
    String text = golden("state-chunks.hex", "");
    take(
        moved.engine,
        text.lines().map(line -> stamped(HexFormat.of().parseHex(line), fingerprint())).toList());
    moved.run(AFTER).until(2_000);
    int before = new Harness(RULES).run(BEFORE).alerts.size();
    assertThat(before).isPositive();
    assertThat(whole.alerts.size()).isGreaterThan(before + 3);
    assertThat(moved.alerts).isEqualTo(whole.alerts.subList(before, whole.alerts.size()));
  }

  @Test
  void shouldRefuseAChunkInWhichAnyBitIsFlipped() {
    List<byte[]> chunks = export(new Harness(RULES).run(BEFORE).engine);
    for (int c = 0; c < chunks.size(); c++) {
      for (int bit = 0; bit < chunks.get(c).length * 8; bit++) {
        SectionReader reader =
            new SectionReader(Program.compile(Harness.plan(RULES)).fingerprint());
        byte[] damaged = chunks.get(c).clone();
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        assertThatThrownBy(() -> reader.add(new UnsafeBuffer(damaged), 0, damaged.length))
            .as("chunk %d bit %d", c, bit)
            .isInstanceOf(BadChunkException.class);
      }
    }
  }

  @Test
  void shouldRefuseAChunkThatIsCutOff() {
    byte[] chunk = export(new Harness(RULES).run(BEFORE).engine).get(1);
    for (int length = 0; length < chunk.length; length++) {
      byte[] cut = Arrays.copyOf(chunk, length);
      assertThatThrownBy(() -> take(new Harness(RULES).engine, List.of(cut)))
          .isInstanceOf(BadChunkException.class);
    }
  }

  @Test
  void shouldRefuseChunksOfOtherRules() {
    List<byte[]> chunks = export(new Harness(RULES).run(BEFORE).engine);
    Harness other = new Harness(RULES.replace("amount < 5", "amount < 6"));
    assertThatThrownBy(() -> take(other.engine, chunks))
        .isInstanceOf(BadChunkException.class)
        .hasMessageContaining("it is of other rules");
  }

  @Test
  void shouldSayWhichChunkIsMissing() {
    List<byte[]> chunks = export(new Harness(RULES).run(BEFORE).engine);
    assertThatThrownBy(() -> take(new Harness(RULES).engine, chunks.subList(1, chunks.size())))
        .isInstanceOf(BadChunkException.class)
        .hasMessageContaining("the first one is missing");
    List<byte[]> twice = new ArrayList<>(chunks);
    twice.add(chunks.get(chunks.size() - 1));
    assertThatThrownBy(() -> take(new Harness(RULES).engine, twice))
        .isInstanceOf(BadChunkException.class)
        .hasMessageContaining("twice");
  }

  @Test
  void shouldCutALargeKeyIntoPartsAndPutThemTogether() {
    String rules =
        """
        event A { name text, n int, at time }
        rule r {
          match a: A then b: A where name = a.name and n > a.n
          within 10h
          pick all
          after match consume none
          alert "{a.name}"
        }
        """;
    Harness whole = new Harness(rules);
    for (int i = 0; i < 3_000; i++) {
      whole.run(i + " A " + "name".repeat(20 + i % 40) + i % 500 + " 1");
    }
    List<byte[]> chunks = export(whole.engine);
    assertThat(chunks).hasSizeGreaterThan(5);
    assertThat(chunks).allMatch(chunk -> chunk.length <= 64 * 1024);
    Harness moved = new Harness(rules);
    moved.after(3_000, 2_999);
    take(moved.engine, chunks);
    assertThat(moved.engine.openPartials(0)).isEqualTo(3_000);
    String[] more = {"3000 A " + "name".repeat(27) + "7 2", "3001 A " + "name".repeat(27) + "7 3"};
    int before = whole.alerts.size();
    whole.run(more);
    moved.run(more);
    assertThat(moved.alerts).isEqualTo(whole.alerts.subList(before, whole.alerts.size()));
    assertThat(moved.alerts).hasSizeGreaterThan(3);

    List<byte[]> missing = new ArrayList<>(chunks);
    missing.remove(3);
    assertThatThrownBy(() -> take(new Harness(rules).engine, missing))
        .isInstanceOf(BadChunkException.class)
        .hasMessageContaining("a part is missing: part=3, expected=2");
  }

  @Test
  void shouldGiveStateOnlyToANewEngine() {
    Harness used = new Harness(RULES).run(BEFORE);
    assertThatThrownBy(() -> used.engine.importState(1)).isInstanceOf(IllegalStateException.class);
    Harness importing = new Harness(RULES);
    importing.engine.importState(1);
    assertThatThrownBy(() -> importing.run("1 Login c1 1"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has not been taken in");
  }

  @Test
  void shouldHoldNothingAfterwardsAsIfItHadNeverMoved() {
    Harness moved = new Harness(RULES);
    moved.after(BEFORE.length, 101);
    take(moved.engine, export(new Harness(RULES).run(BEFORE).engine));
    moved.until(10 * 86_400);
    Harness whole = new Harness(RULES).run(BEFORE).until(10 * 86_400);
    assertThat(moved.engine.keysInUse()).isEqualTo(whole.engine.keysInUse());
    assertThat(moved.engine.bytesInUse()).isEqualTo(whole.engine.bytesInUse());
  }

  private static List<byte[]> export(Engine engine) {
    List<byte[]> chunks = new ArrayList<>();
    engine.exportState(
        (buffer, offset, length) -> {
          byte[] chunk = new byte[length];
          buffer.getBytes(offset, chunk);
          chunks.add(chunk);
        });
    return chunks;
  }

  private static long fingerprint() {
    return Program.compile(Harness.plan(RULES)).fingerprint();
  }

  /** The chunk as if it were of another program: the golden file is of none. */
  private static byte[] stamped(byte[] chunk, long fingerprint) {
    ByteBuffer bytes = ByteBuffer.allocate(chunk.length).put(chunk);
    UnsafeBuffer view = new UnsafeBuffer(bytes);
    view.putLong(ChunkLayout.PROGRAM_OFFSET, fingerprint, ByteOrder.LITTLE_ENDIAN);
    int crc = ChunkLayout.crc(new CRC32C(), bytes, chunk.length - ChunkLayout.CONTENT_OFFSET);
    view.putInt(ChunkLayout.CRC_OFFSET, crc, ByteOrder.LITTLE_ENDIAN);
    return bytes.array();
  }

  private static void take(Engine engine, List<byte[]> chunks) {
    StateImport importing = engine.importState(1);
    for (byte[] chunk : chunks) {
      importing.onChunk(new UnsafeBuffer(chunk), 0, chunk.length);
    }
    importing.finish();
  }

  private static String golden(String name, String found) throws IOException {
    if (Boolean.getBoolean("weir.golden.update") && !found.isEmpty()) {
      Path file =
          Path.of(System.getProperty("weir.home", ".."))
              .resolve("nfa-engine/src/test/resources/dev/weir/engine")
              .resolve(name);
      Files.writeString(file, found);
      return found;
    }
    try (InputStream in = StateChunksTest.class.getResourceAsStream(name)) {
      assertThat(in).as("golden file %s", name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
