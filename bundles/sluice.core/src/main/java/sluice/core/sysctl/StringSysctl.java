// SPDX-License-Identifier: Apache-2.0
package sluice.core.sysctl;

import java.util.regex.Pattern;

/**
 * A setting that is a text of one line, as {@code tcp_congestion_control}. What is permitted is a pattern and not code,
 * so that the entry holds nothing of the bundle that has contributed it.
 *
 * @kernel kernel/sysctl.c:proc_dostring
 */
public final class StringSysctl extends Sysctl {
    private final String defaultValue;
    private final Pattern pattern;
    private volatile String value;

    StringSysctl(String name, String defaultValue, Pattern pattern, String doc) {
        super(name, doc);
        this.pattern = pattern;
        this.defaultValue = checked(defaultValue);
        this.value = defaultValue;
    }

    public String get() {
        return value;
    }

    /**
     * Sets the value.
     *
     * @throws IllegalArgumentException if it does not match the pattern
     */
    public void set(String newValue) {
        if (!value.equals(checked(newValue))) {
            value = newValue;
            changed();
        }
    }

    @Override
    public String text() {
        return value;
    }

    @Override
    public String defaultText() {
        return defaultValue;
    }

    @Override
    public String permitted() {
        return "text as /" + pattern.pattern() + "/";
    }

    @Override
    public void setText(String text) {
        set(text.strip());
    }

    @Override
    public void reset() {
        set(defaultValue);
    }

    private String checked(String text) {
        if (!pattern.matcher(text).matches()) {
            throw refused("'" + text + "'", "does not match");
        }
        return text;
    }
}
