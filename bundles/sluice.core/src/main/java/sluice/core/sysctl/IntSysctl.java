// SPDX-License-Identifier: Apache-2.0
package sluice.core.sysctl;

/**
 * A setting that is a number of 32 bits within limits.
 *
 * @kernel kernel/sysctl.c:proc_dointvec_minmax
 */
public final class IntSysctl extends Sysctl {
    private final int defaultValue;
    private final int min;
    private final int max;
    private volatile int value;

    IntSysctl(String name, int defaultValue, int min, int max, String doc) {
        super(name, doc);
        this.min = min;
        this.max = max;
        this.defaultValue = (int) IntegerText.check(this, defaultValue, min, max);
        this.value = defaultValue;
    }

    public int get() {
        return value;
    }

    /**
     * Sets the value.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public void set(int newValue) {
        IntegerText.check(this, newValue, min, max);
        if (value != newValue) {
            value = newValue;
            changed();
        }
    }

    public int min() {
        return min;
    }

    public int max() {
        return max;
    }

    @Override
    public String text() {
        return Integer.toString(value);
    }

    @Override
    public String defaultText() {
        return Integer.toString(defaultValue);
    }

    @Override
    public String permitted() {
        return min + ".." + max;
    }

    @Override
    public void setText(String text) {
        set((int) IntegerText.parse(this, text, min, max));
    }

    @Override
    public void reset() {
        set(defaultValue);
    }
}
