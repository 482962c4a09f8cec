// SPDX-License-Identifier: Apache-2.0
package sluice.core.sysctl;

/** Whole numbers as the kernel reads them: decimal, {@code 0x} for hexadecimal, a leading 0 for octal. */
final class IntegerText {
    private IntegerText() {}

    /**
     * The number in the text if it lies in the range.
     *
     * @throws IllegalArgumentException in the entry's name
     */
    static long parse(Sysctl entry, String text, long min, long max) {
        long value;
        try {
            value = Long.decode(text.strip());
        } catch (NumberFormatException e) {
            throw entry.refused("'" + text.strip() + "'", "is not an integer");
        }
        return check(entry, value, min, max);
    }

    static long check(Sysctl entry, long value, long min, long max) {
        if (value < min || value > max) {
            throw entry.refused(value, "is out of range");
        }
        return value;
    }
}
