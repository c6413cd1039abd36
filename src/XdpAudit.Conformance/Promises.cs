using System.Globalization;
using System.Reflection;

namespace XdpAudit.Conformance;

/// <summary>Marks a method of a suite as a promise; once for each set of arguments it is to be kept with.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class PromiseAttribute(params object[] with) : Attribute
{
    internal object[] With { get; } = with;
}

/// <summary>The promises of a suite, by name, for whatever runs them.</summary>
public static class Promises
{
    private const BindingFlags Methods = BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>Their names: sentences, with the arguments behind them. Stable within a version.</summary>
    public static IReadOnlyList<string> Of<TSuite>() => [.. Of(typeof(TSuite)).Select(promise => promise.Name)];

    /// <summary>Has a suite see whether one of them is kept.</summary>
    /// <exception cref="ConformanceException">It is not kept.</exception>
    /// <exception cref="ArgumentException">The suite has no such promise.</exception>
    public static async Task KeepAsync<TSuite>(TSuite suite, string promise)
        where TSuite : class
    {
        var (_, method, with) = Of(typeof(TSuite)).FirstOrDefault(known => known.Name == promise) is { Method: not null } found
            ? found
            : throw new ArgumentException($"{typeof(TSuite).Name} has no promise '{promise}'", nameof(promise));
        await (Task)method.Invoke(suite, BindingFlags.DoNotWrapExceptions, null, with, CultureInfo.InvariantCulture)!;
    }

    private static IEnumerable<(string Name, MethodInfo Method, object[] With)> Of(Type suite) =>
        from method in suite.GetMethods(Methods)
        from promise in method.GetCustomAttributes<PromiseAttribute>()
        select (Sentence(method.Name, promise.With), method, promise.With);

    private static string Sentence(string name, object[] with) =>
        name.Replace('_', ' ') + (with.Length == 0 ? "" : $" ({string.Join(", ", with.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)))})");
}
