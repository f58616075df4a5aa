package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GameWorldTest {
    private final GameWorld<String> world = new GameWorld<>();

    @Test
    void newsAreReportedOnce() {
        assertThat(world.news(1)).isNull();
        assertThat(world.hear("a", "join ann", 0)).isEqualTo("welcome ann");
        assertThat(world.news(2)).isEqualTo("state 2 ann=0,0");
        assertThat(world.news(3)).isNull();
        assertThat(world.hear("a", " move  1 -2\n", 0)).isNull();
        assertThat(world.hear("a", "beat", 0)).isEqualTo("beat");
        assertThat(world.news(4)).isEqualTo("state 4 ann=1,-2");
        assertThat(world.hear("a", "leave", 0)).isEqualTo("bye");
        assertThat(world.news(5)).isEqualTo("state 5");
    }

    @Test
    void onlyASilentPlayerIsAGhost() {
        world.hear("a", "join ann", 0);
        world.hear("b", "join bob", 0);
        world.hear("b", "beat", 90);
        assertThat(world.silent(100, 100)).isEmpty();
        assertThat(world.silent(100, 101)).containsExactly("a");
        world.hear("a", "what?", 101);
        assertThat(world.silent(100, 190)).isEmpty();
        assertThat(world.silent(100, 202)).containsExactly("a", "b");
    }

    @Test
    void nonsenseIsAnswered() {
        assertThat(world.hear("a", "", 0)).startsWith("? first");
        assertThat(world.hear("a", "join", 0)).startsWith("? first");
        assertThat(world.hear("a", "join a=b", 0)).startsWith("? full, or no name");
        assertThat(world.hear("a", "join ann", 0)).isEqualTo("welcome ann");
        assertThat(world.hear("a", "join other", 0)).isEqualTo("welcome ann");
        assertThat(world.hear("b", "join ann", 0)).isEqualTo("? taken");
        assertThat(world.hear("a", "move 1", 0)).startsWith("? move");
        assertThat(world.hear("a", "move 100 1", 0)).startsWith("? move");
        assertThat(world.hear("a", "fly", 0)).startsWith("? move");
    }

    @Test
    void thereIsABoundOnPlayers() {
        for (int i = 0; i < 100; i++) {
            assertThat(world.hear("" + i, "join p" + i, 0)).startsWith("welcome");
        }
        assertThat(world.hear("x", "join x", 0)).startsWith("? full");
        world.hear("7", "leave", 0);
        assertThat(world.hear("x", "join x", 0)).isEqualTo("welcome x");
    }
}
