// SPDX-License-Identifier: Apache-2.0
package sluice.core.sysctl;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one namespace. Bundles contribute definitions and keep the handles they get; the entries, with what
 * the user has set, belong to the table and outlive the bundles. Contributing what is there already gives the entry
 * that is there, with its present value and its first limits. Any thread may call it; not for the packet path, which
 * reads the handles.
 *
 * <pre>{@code
 * IntSysctl ttl = table.intEntry("net.ipv4.ip_default_ttl", 64, 1, 255, "TTL of packets sent from here");
 * table.setText("net.ipv4.ip_default_ttl", "128");
 * ttl.get();   // 128
 * }</pre>
 *
 * @kernel fs/proc/proc_sysctl.c:register_net_sysctl
 */
public final class SysctlTable {
    private static final Pattern NAME = Pattern.compile("[\\w-]+(\\.[\\w/:@-]+)+");

    private final ConcurrentNavigableMap<String, Sysctl> entries = new ConcurrentSkipListMap<>();

    /**
     * The number of that name, made with the default if it is not there yet.
     *
     * @throws IllegalArgumentException if the name is malformed, the default is not within the limits, or an entry of
     *     that name has another type; so do the other kinds
     */
    public IntSysctl intEntry(String name, int defaultValue, int min, int max, String doc) {
        return entry(IntSysctl.class, name, () -> new IntSysctl(name, defaultValue, min, max, doc));
    }

    /** As {@link #intEntry}, for 64 bits. */
    public LongSysctl longEntry(String name, long defaultValue, long min, long max, String doc) {
        return entry(LongSysctl.class, name, () -> new LongSysctl(name, defaultValue, min, max, doc));
    }

    /** As {@link #intEntry}, for a switch. */
    public BooleanSysctl booleanEntry(String name, boolean defaultValue, String doc) {
        return entry(BooleanSysctl.class, name, () -> new BooleanSysctl(name, defaultValue, doc));
    }

    /** As {@link #intEntry}, for a pair whose ends both lie within the limits. */
    public RangeSysctl rangeEntry(String name, int defaultLow, int defaultHigh, int min, int max, String doc) {
        return entry(RangeSysctl.class, name, () -> new RangeSysctl(name, defaultLow, defaultHigh, min, max, doc));
    }

    /** As {@link #intEntry}, for a text that the whole of the pattern has to match. */
    public StringSysctl stringEntry(String name, String defaultValue, Pattern pattern, String doc) {
        return entry(StringSysctl.class, name, () -> new StringSysctl(name, defaultValue, pattern, doc));
    }

    /** The entry of that name, null if there is none. */
    public @Nullable Sysctl find(String name) {
        return entries.get(name);
    }

    /**
     * Sets an entry by text.
     *
     * @throws IllegalArgumentException if there is no such entry or its value is not permitted; says which and why
     */
    public void setText(String name, String text) {
        Sysctl entry = find(name);
        if (entry == null) {
            throw new IllegalArgumentException(name + ": no such sysctl");
        }
        entry.setText(text);
    }

    /** All entries, sorted by name; a view that follows the table. */
    public Collection<Sysctl> list() {
        return entries.values();
    }

    /** The entry of that name and those below it ({@code net.ipv4} has {@code net.ipv4.ip_forward}), sorted by name. */
    public List<Sysctl> list(String prefix) {
        return entries.tailMap(prefix).values().stream()
                .takeWhile(entry -> entry.name().startsWith(prefix))
                .filter(entry -> isBelow(entry.name(), prefix))
                .toList();
    }

    /** Removes the entry of that name and those below it, as a device's when it goes. Handles to them go on working. */
    public void remove(String prefix) {
        list(prefix).forEach(entry -> entries.remove(entry.name(), entry));
    }

    private static boolean isBelow(String name, String prefix) {
        return name.length() == prefix.length() || name.charAt(prefix.length()) == '.';
    }

    private <T extends Sysctl> T entry(Class<T> type, String name, Supplier<T> maker) {
        Sysctl entry = entries.get(name);
        if (entry == null) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("'" + name + "' is not a dotted sysctl name");
            }
            T made = maker.get();
            Sysctl other = entries.putIfAbsent(name, made);
            entry = other == null ? made : other;
        }
        if (!type.isInstance(entry)) {
            throw new IllegalArgumentException(
                    name + ": is a " + entry.getClass().getSimpleName() + ", not a " + type.getSimpleName());
        }
        return type.cast(entry);
    }
}
