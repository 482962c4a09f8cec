// SPDX-License-Identifier: Apache-2.0
package sluice.core.sysctl;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A setting of a namespace: a name, a value, what is permitted, what it is for. The typed subclasses have {@code get()}
 * and {@code set()}; this is what they share, the value as text. An entry is looked up once and kept as a handle:
 * reading it is one volatile read. Any thread may read and set.
 *
 * @kernel include/linux/sysctl.h:ctl_table
 */
public abstract sealed class Sysctl permits IntSysctl, LongSysctl, BooleanSysctl, RangeSysctl, StringSysctl {
    private final String name;
    private final String doc;
    private final List<SysctlListener> listeners = new CopyOnWriteArrayList<>();

    Sysctl(String name, String doc) {
        this.name = name;
        this.doc = doc;
    }

    /** The dotted name, as {@code net.ipv4.ip_forward}. */
    public final String name() {
        return name;
    }

    /** What it does and in which unit, in a sentence. */
    public final String doc() {
        return doc;
    }

    /** The value, as {@code /proc/sys} shows it. */
    public abstract String text();

    /** The value it started with and {@link #reset} goes back to. */
    public abstract String defaultText();

    /** The permitted values in words, as {@code 1..255}. */
    public abstract String permitted();

    /**
     * Sets the value by text; blanks around it don't matter.
     *
     * @throws IllegalArgumentException if it is not permitted, with the name, what was wrong and what is permitted
     */
    public abstract void setText(String text);

    /** Goes back to the default. */
    public abstract void reset();

    /** Has a listener told of changes from now on. Whoever comes from a bundle removes it before the bundle goes. */
    public final void addListener(SysctlListener listener) {
        listeners.add(listener);
    }

    public final void removeListener(SysctlListener listener) {
        listeners.remove(listener);
    }

    final void changed() {
        for (SysctlListener listener : listeners) {
            listener.changed(this);
        }
    }

    /** The error for a value that is not permitted, as {@code net.x: 300 is out of range; permitted: 1..255}. */
    final IllegalArgumentException refused(Object value, String why) {
        return new IllegalArgumentException(name + ": " + value + " " + why + "; permitted: " + permitted());
    }

    @Override
    public final String toString() {
        return name + " = " + text();
    }
}
