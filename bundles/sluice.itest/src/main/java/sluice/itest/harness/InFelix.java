// SPDX-License-Identifier: Apache-2.0
package sluice.itest.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs the methods of a JUnit test class inside the framework.
 *
 * <p>JUnit finds the class on its class path, but each of its methods is called on its twin: the class of the same name
 * that the bundle {@code sluice.itest} loads, which sees the types and services of the running bundles. So a test looks
 * like any other, with three rules: state is set up in {@code @BeforeEach}, not in constructors or static initialisers
 * (JUnit makes an instance of the outer class, too); parameters are of JUnit's or the JDK's types; and there are no
 * {@code @Nested} classes and no {@code @TempDir} fields (parameters are fine).
 *
 * <p>The framework runs what {@code run.bndrun} resolved to, with {@code sluice.startup=none}, so that the stack is
 * empty until the test fills it. All classes share one framework, so a test puts back what it took out.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(InFelixExtension.class)
public @interface InFelix {
    /** Whether the class has a framework of its own; implied by {@link #properties}. */
    boolean own() default false;

    /** Framework properties of the form {@code name=value}. */
    String[] properties() default {};
}
