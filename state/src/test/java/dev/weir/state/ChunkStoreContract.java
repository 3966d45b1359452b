package dev.weir.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.ChunkStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every chunk store does. */
abstract class ChunkStoreContract {
  @TempDir Path folder;

  /** A store in the folder; the one before, if any, was closed. */
  abstract ChunkStore open(Path in);

  /** The store as the next process finds it after this one was closed. */
  abstract ChunkStore reopen(ChunkStore closed, Path in);

  @Test
  void shouldGiveBackWhatWasWritten() {
    try (ChunkStore store = open(folder)) {
      put(store, "b", "2");
      put(store, "a", "1");
      put(store, "a", "one");
      assertThat(text(store.get(bytes("a")))).isEqualTo("one");
      assertThat(text(store.get(bytes("b")))).isEqualTo("2");
      assertThat(store.get(bytes("c"))).isNull();
    }
  }

  @Test
  void shouldVisitNamesInUnsignedOrderUpToTheEnd() {
    try (ChunkStore store = open(folder)) {
      for (int b = 0; b < 256; b += 5) {
        store.put(new byte[] {(byte) b}, new UnsafeBuffer(bytes("x" + b)), 0, 2);
      }
      List<Integer> seen = new ArrayList<>();
      store.forEach(
          new byte[] {100},
          new byte[] {(byte) 200},
          (name, buffer, length) -> {
            assertThat(length).isEqualTo(2);
            seen.add(name[0] & 0xff);
            return seen.size() < 15;
          });
      assertThat(seen).startsWith(100, 105, 110).hasSize(15).isSorted();
      seen.clear();
      store.forEach(
          new byte[] {(byte) 190}, new byte[] {(byte) 200}, (n, b, l) -> seen.add(n[0] & 0xff));
      assertThat(seen).containsExactly(190, 195);
    }
  }

  @Test
  void shouldRemoveNamesUpToTheEnd() {
    try (ChunkStore store = open(folder)) {
      for (String name : List.of("a", "b", "ba", "c")) {
        put(store, name, name);
      }
      store.remove(bytes("b"), bytes("c"));
      assertThat(names(store)).containsExactly("a", "c");
      put(store, "b", "again");
      assertThat(names(store)).containsExactly("a", "b", "c");
    }
  }

  @Test
  void shouldHaveWhatWasSyncedWhenItIsOpenedAgain() {
    ChunkStore store = open(folder);
    put(store, "a", "1");
    put(store, "b", "2");
    store.sync();
    store.remove(bytes("a"), bytes("b"));
    put(store, "c", "3");
    store.sync();
    store.close();
    try (ChunkStore again = reopen(store, folder)) {
      assertThat(names(again)).containsExactly("b", "c");
    }
  }

  @Test
  void shouldBehaveAsASortedMap() {
    Random random = new Random(5);
    TreeMap<String, String> expected = new TreeMap<>();
    ChunkStore store = open(folder);
    for (int i = 0; i < 3_000; i++) {
      String name = "k" + (char) ('a' + random.nextInt(26)) + (char) ('a' + random.nextInt(3));
      int what = random.nextInt(100);
      if (what < 80) {
        put(store, name, "v" + i);
        expected.put(name, "v" + i);
      } else if (what < 95) {
        String end = name + (char) ('a' + random.nextInt(3));
        store.remove(bytes(name), bytes(end));
        expected.subMap(name, end).clear();
      } else if (what < 99) {
        store.sync();
      } else {
        store.sync();
        store.close();
        store = reopen(store, folder);
      }
    }
    assertThat(names(store)).containsExactlyElementsOf(expected.keySet());
    for (String name : expected.keySet()) {
      assertThat(text(store.get(bytes(name)))).isEqualTo(expected.get(name));
    }
    store.close();
  }

  private static List<String> names(ChunkStore store) {
    List<String> names = new ArrayList<>();
    store.forEach(
        new byte[0],
        new byte[] {(byte) 0xff},
        (name, buffer, length) -> names.add(new String(name, StandardCharsets.UTF_8)));
    return names;
  }

  private static void put(ChunkStore store, String name, String value) {
    byte[] bytes = bytes("..." + value);
    store.put(bytes(name), new UnsafeBuffer(bytes), 3, bytes.length - 3);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
