package io.millrace.group.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OffsetMapTest {

  private static TreeMap<Long, Integer> contents(OffsetMap<Integer> map) {
    TreeMap<Long, Integer> contents = new TreeMap<>();
    List<Long> order = new ArrayList<>();
    map.forEach(
        entry -> {
          order.add(entry.offset());
          contents.put(entry.offset(), entry.value());
        });
    assertThat(order).isSorted();
    assertThat(map.size()).isEqualTo(order.size());
    return contents;
  }

  @Test
  void isATreeMapWhoseOldVersionsStay() {
    for (long seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      OffsetMap<Integer> map = OffsetMap.empty();
      TreeMap<Long, Integer> model = new TreeMap<>();
      for (int step = 0; step < 100; step++) {
        TreeMap<Long, Integer> before = new TreeMap<>(model);
        OffsetMap<Integer> old = map;
        long offset = random.nextInt(60);
        if (random.nextInt(3) > 0) {
          map = map.with(offset, step);
          model.put(offset, step);
        } else {
          long to = offset + random.nextInt(10);
          map = map.without(offset, to);
          model.subMap(offset, to).clear();
        }
        assertThat(contents(map)).as("seed %d", seed).isEqualTo(model);
        assertThat(contents(old)).as("seed %d, before", seed).isEqualTo(before);
        long asked = random.nextInt(62) - 1;
        OffsetMap.Entry<Integer> floor = map.floor(asked);
        OffsetMap.Entry<Integer> ceiling = map.ceiling(asked);
        assertThat(floor == null ? null : floor.offset()).isEqualTo(model.floorKey(asked));
        assertThat(ceiling == null ? null : ceiling.offset()).isEqualTo(model.ceilingKey(asked));
      }
    }
  }
}
