// SPDX-License-Identifier: Apache-2.0
package sluice.core.sysctl;

/**
 * A range of numbers, low and high included, as {@code ip_local_port_range}. Both ends are one 64-bit value, so that a
 * reader never gets the low of one setting with the high of another: read it once by {@link #get}, take it apart by
 * {@link #low(long)} and {@link #high(long)}.
 *
 * @kernel net/ipv4/sysctl_net_ipv4.c:ipv4_local_port_range
 */
public final class RangeSysctl extends Sysctl {
    private final long defaultValue;
    private final int min;
    private final int max;
    private volatile long value;

    RangeSysctl(String name, int defaultLow, int defaultHigh, int min, int max, String doc) {
        super(name, doc);
        this.min = min;
        this.max = max;
        this.defaultValue = checked(defaultLow, defaultHigh);
        this.value = defaultValue;
    }

    /** Both ends at once. */
    public long get() {
        return value;
    }

    /** The low end of what {@link #get} returned. */
    public static int low(long range) {
        return (int) (range >> 32);
    }

    /** The high end of what {@link #get} returned. */
    public static int high(long range) {
        return (int) range;
    }

    /**
     * Sets both ends.
     *
     * @throws IllegalArgumentException if one is out of range or low is above high
     */
    public void set(int low, int high) {
        setPacked(checked(low, high));
    }

    @Override
    public String text() {
        return show(value);
    }

    @Override
    public String defaultText() {
        return show(defaultValue);
    }

    @Override
    public String permitted() {
        return "LOW HIGH, both " + min + ".." + max;
    }

    @Override
    public void setText(String text) {
        String[] ends = text.strip().split("\\s+", -1);
        if (ends.length != 2) {
            throw refused("'" + text.strip() + "'", "is not a pair");
        }
        set((int) IntegerText.parse(this, ends[0], min, max), (int) IntegerText.parse(this, ends[1], min, max));
    }

    @Override
    public void reset() {
        setPacked(defaultValue);
    }

    private void setPacked(long range) {
        if (value != range) {
            value = range;
            changed();
        }
    }

    private long checked(int low, int high) {
        IntegerText.check(this, low, min, max);
        IntegerText.check(this, high, min, max);
        if (low > high) {
            throw refused(low + " " + high, "has its low end above its high end");
        }
        return (long) low << 32 | Integer.toUnsignedLong(high);
    }

    private static String show(long range) {
        return low(range) + "\t" + high(range);
    }
}
