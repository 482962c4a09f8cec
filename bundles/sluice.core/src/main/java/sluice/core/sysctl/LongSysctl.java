// SPDX-License-Identifier: Apache-2.0
package sluice.core.sysctl;

/**
 * A setting that is a number of 64 bits within limits.
 *
 * @kernel kernel/sysctl.c:proc_doulongvec_minmax
 */
public final class LongSysctl extends Sysctl {
    private final long defaultValue;
    private final long min;
    private final long max;
    private volatile long value;

    LongSysctl(String name, long defaultValue, long min, long max, String doc) {
        super(name, doc);
        this.min = min;
        this.max = max;
        this.defaultValue = IntegerText.check(this, defaultValue, min, max);
        this.value = defaultValue;
    }

    public long get() {
        return value;
    }

    /**
     * Sets the value.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public void set(long newValue) {
        IntegerText.check(this, newValue, min, max);
        if (value != newValue) {
            value = newValue;
            changed();
        }
    }

    public long min() {
        return min;
    }

    public long max() {
        return max;
    }

    @Override
    public String text() {
        return Long.toString(value);
    }

    @Override
    public String defaultText() {
        return Long.toString(defaultValue);
    }

    @Override
    public String permitted() {
        return min + ".." + max;
    }

    @Override
    public void setText(String text) {
        set(IntegerText.parse(this, text, min, max));
    }

    @Override
    public void reset() {
        set(defaultValue);
    }
}
