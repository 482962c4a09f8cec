// SPDX-License-Identifier: Apache-2.0
package sluice.core.sysctl;

/**
 * A switch, shown as 0 or 1.
 *
 * @kernel kernel/sysctl.c:proc_dobool
 */
public final class BooleanSysctl extends Sysctl {
    private final boolean defaultValue;
    private volatile boolean value;

    BooleanSysctl(String name, boolean defaultValue, String doc) {
        super(name, doc);
        this.defaultValue = defaultValue;
        this.value = defaultValue;
    }

    public boolean get() {
        return value;
    }

    public void set(boolean newValue) {
        if (value != newValue) {
            value = newValue;
            changed();
        }
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
        return "0, 1";
    }

    @Override
    public void setText(String text) {
        switch (text.strip()) {
            case "0" -> set(false);
            case "1" -> set(true);
            default -> throw refused("'" + text.strip() + "'", "is not a switch");
        }
    }

    @Override
    public void reset() {
        set(defaultValue);
    }

    private static String show(boolean value) {
        return value ? "1" : "0";
    }
}
