// SPDX-License-Identifier: Apache-2.0
package sluice.fib.internal;

import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;
import sluice.core.dev.NetDevice;
import sluice.core.inet.Route;
import sluice.core.inet.Scope;
import sluice.core.time.RandomSource;
import sluice.core.time.SeededSource;
import sluice.wire.Ipv4Addr;

/** The trie against a list that is searched from end to end, through random insertions and removals. */
class FibTrieModelTest {
    private static final int PROBES = 60;
    private static final Scope[] SCOPES = {Scope.UNIVERSE, Scope.LINK};

    private final Devices devices = new Devices();
    private final List<NetDevice> devs = devices.add(3);

    @AfterProperty
    void close() {
        devices.close();
    }

    @Property(tries = 300)
    void looksUpWhatAListWould(@ForAll long seed, @ForAll @IntRange(min = 1, max = 120) int steps) {
        check(seed, steps, 0xffff_ffff);
    }

    /** Few different bits: prefixes nest deeply and nodes are shared. */
    @Property(tries = 300)
    void looksUpWhatAListWouldAmongNestedPrefixes(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 120) int steps,
            @ForAll @Size(4) List<@IntRange(min = 0, max = 31) Integer> bits) {
        check(seed, steps, bits.stream().mapToInt(b -> 1 << b).reduce(0, (a, b) -> a | b));
    }

    private void check(long seed, int steps, int varying) {
        RandomSource random = new SeededSource(seed);
        FibTrie trie = new FibTrie();
        List<Route> model = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            if (model.isEmpty() || random.nextInt(3) != 0) {
                Route r = route(random, varying);
                trie.insert(r);
                model.add(r);
            } else {
                trie.remove(model.remove(random.nextInt(model.size())));
            }
        }
        devices.down(devs.get(2));
        for (int i = 0; i < PROBES; i++) {
            compare(trie, model, random, varying);
        }
        devices.up(devs.get(2));
        model.forEach(trie::remove);
        compare(trie, List.of(), random, varying);
    }

    private Route route(RandomSource random, int varying) {
        return Route.to(random.nextInt() & varying, random.nextInt(33))
                .dev(devs.get(random.nextInt(devs.size())))
                .metric(random.nextInt(3))
                .scope(SCOPES[random.nextInt(SCOPES.length)])
                .build();
    }

    private void compare(FibTrie trie, List<Route> model, RandomSource random, int varying) {
        int daddr = model.isEmpty() || random.nextInt(2) == 0
                ? random.nextInt() & varying
                : model.get(random.nextInt(model.size())).dst ^ random.nextInt(2);
        int oif = random.nextInt(2) == 0
                ? 0
                : devs.get(random.nextInt(devs.size())).ifindex();
        Scope scope = SCOPES[random.nextInt(SCOPES.length)];
        Route expected = model.stream()
                .filter(r -> (daddr & Ipv4Addr.mask(r.prefixLen)) == r.dst)
                .filter(r -> r.dev.isUp() && (oif == 0 || r.dev.ifindex() == oif) && r.scope.compareTo(scope) >= 0)
                .min(Comparator.comparingInt((Route r) -> -r.prefixLen).thenComparingInt(r -> r.metric))
                .orElse(null);
        assertSame(expected, trie.lookup(daddr, oif, scope), () -> Ipv4Addr.format(daddr) + " of " + model);
    }
}
