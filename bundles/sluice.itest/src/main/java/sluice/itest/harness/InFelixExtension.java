// SPDX-License-Identifier: Apache-2.0
package sluice.itest.harness;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** The working half of {@link InFelix}: skips JUnit's invocation and makes the same one on the twin. */
final class InFelixExtension implements InvocationInterceptor {
    private static final Namespace NAMESPACE = Namespace.create(InFelixExtension.class);

    @Override
    public void interceptBeforeAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        invokeStatic(invocation, call, context);
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        invokeStatic(invocation, call, context);
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        invoke(invocation, call, context);
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        invoke(invocation, call, context);
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        invoke(invocation, call, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        invoke(invocation, call, context);
    }

    private static void invokeStatic(
            Invocation<?> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        invocation.skip();
        invoke(twinClass(context), null, call);
    }

    private static void invoke(
            Invocation<?> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        invocation.skip();
        Object twin = context.getStore(NAMESPACE)
                .getOrComputeIfAbsent("twin", key -> newInstance(twinClass(context)), Object.class);
        invoke(twin.getClass(), twin, call);
    }

    private static void invoke(Class<?> type, @Nullable Object target, ReflectiveInvocationContext<Method> call)
            throws Throwable {
        Method method = find(type, call.getExecutable());
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(type.getClassLoader());
        try {
            method.invoke(target, call.getArguments().toArray());
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static Method find(Class<?> type, Method outer) throws NoSuchMethodException {
        List<String> parameters = parameterNames(outer);
        for (Class<?> c = type; c != null; c = c.getSuperclass()) {
            for (Method method : c.getDeclaredMethods()) {
                if (method.getName().equals(outer.getName())
                        && parameterNames(method).equals(parameters)) {
                    method.setAccessible(true);
                    return method;
                }
            }
        }
        throw new NoSuchMethodException(outer + " in the twin");
    }

    private static List<String> parameterNames(Method method) {
        return Arrays.stream(method.getParameterTypes()).map(Class::getName).toList();
    }

    private static Object newInstance(Class<?> type) {
        try {
            var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no twin of " + type, e);
        }
    }

    private static Class<?> twinClass(ExtensionContext context) {
        return framework(context).load(context.getRequiredTestClass().getName());
    }

    /** The framework of this class, or the one of the JVM; its store closes it. */
    private static TestFramework framework(ExtensionContext context) {
        Class<?> test = context.getRequiredTestClass();
        InFelix wish = test.getAnnotation(InFelix.class);
        boolean own = wish != null && (wish.own() || wish.properties().length > 0);
        List<String> properties = wish == null ? List.of() : List.of(wish.properties());
        Object key = own ? test : TestFramework.class;
        Store store = own ? classStore(context) : context.getRoot().getStore(NAMESPACE);
        return store.getOrComputeIfAbsent(key, k -> TestFramework.start(properties), TestFramework.class);
    }

    private static Store classStore(ExtensionContext context) {
        ExtensionContext c = context;
        while (c.getTestMethod().isPresent() && c.getParent().isPresent()) {
            c = c.getParent().get();
        }
        return c.getStore(NAMESPACE);
    }
}
