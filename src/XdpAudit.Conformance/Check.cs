using System.Runtime.CompilerServices;
using System.Text.Json;

namespace XdpAudit.Conformance;

/// <summary>What the suites assert, in the words of most test frameworks and of none. Every failure says what was looked at, what it is, and what it must be.</summary>
internal static class Check
{
    internal static void True(bool so, string? why = null, [CallerArgumentExpression(nameof(so))] string what = "") => Fail(!so, why ?? $"it must be so that {what}");

    internal static void False(bool so, string? why = null, [CallerArgumentExpression(nameof(so))] string what = "") => Fail(so, why ?? $"it must not be so that {what}");

    internal static void Equal<T>(T expected, T actual, [CallerArgumentExpression(nameof(actual))] string what = "") =>
        Fail(!Alike(expected, actual), $"{what} is {Shown(actual)}, and it must be {Shown(expected)}");

    internal static void Equal<T>(IEnumerable<T> expected, IEnumerable<T> actual, [CallerArgumentExpression(nameof(actual))] string what = "") =>
        Fail(!expected.SequenceEqual(actual), $"{what} is {Shown(actual)}, and it must be {Shown(expected)}");

    internal static void Equal(string? expected, string? actual, [CallerArgumentExpression(nameof(actual))] string what = "") =>
        Fail(expected != actual, $"{what} is {Shown(actual)}, and it must be {Shown(expected)}");

    /// <summary>The same when written down.</summary>
    internal static void Same<T>(T expected, T actual, [CallerArgumentExpression(nameof(actual))] string what = "") => Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual), what);

    internal static void NotEqual<T>(T other, T actual, [CallerArgumentExpression(nameof(actual))] string what = "") =>
        Fail(EqualityComparer<T>.Default.Equals(other, actual), $"{what} is {Shown(actual)}, and it must be another");

    internal static void Null(object? actual, [CallerArgumentExpression(nameof(actual))] string what = "") => Fail(actual is not null, $"{what} is {Shown(actual)}, and it must be null");

    internal static void NotNull(object? actual, [CallerArgumentExpression(nameof(actual))] string what = "") => Fail(actual is null, $"{what} must not be null");

    internal static void Empty<T>(IEnumerable<T> actual, [CallerArgumentExpression(nameof(actual))] string what = "") => Fail(actual.Any(), $"{what} is {Shown(actual)}, and it must be empty");

    internal static void NotEmpty<T>(IEnumerable<T>? actual, [CallerArgumentExpression(nameof(actual))] string what = "") => Fail(actual?.Any() != true, $"{what} must not be empty");

    internal static T Single<T>(IEnumerable<T> actual, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        var all = actual.ToList();
        Fail(all.Count != 1, $"{what} is {Shown(all)}, and it must be one");
        return all[0];
    }

    internal static T Single<T>(IEnumerable<T> actual, Func<T, bool> which, [CallerArgumentExpression(nameof(which))] string what = "") => Single(actual.Where(which), what);

    internal static void All<T>(IEnumerable<T> actual, Action<T> check)
    {
        foreach (var one in actual)
        {
            check(one);
        }
    }

    internal static void Contains(string part, string actual, StringComparison how, [CallerArgumentExpression(nameof(actual))] string what = "") =>
        Fail(!actual.Contains(part, how), $"{what} is {Shown(actual)}, and it must speak of {Shown(part)}");

    internal static void Contains<T>(T part, IEnumerable<T> actual, [CallerArgumentExpression(nameof(part))] string what = "") =>
        Fail(!actual.Contains(part), $"{what} is {Shown(part)}, and it must be one of {Shown(actual)}");

    internal static void DoesNotContain(char part, string actual, [CallerArgumentExpression(nameof(actual))] string what = "") =>
        Fail(actual.Contains(part), $"{what} is {Shown(actual)}, and there must be no {Shown(part)} in it");

    internal static void DoesNotContain<T>(IEnumerable<T> actual, Func<T, bool> which, [CallerArgumentExpression(nameof(which))] string what = "") =>
        Fail(actual.Any(which), $"{Shown(actual)} must hold none that is {what}");

    internal static void InRange(long actual, long least, long most, [CallerArgumentExpression(nameof(actual))] string what = "") =>
        Fail(actual < least || actual > most, $"{what} is {actual}, and it must be from {least} to {most}");

    /// <summary>The call must end with this exception, or one that derives from it.</summary>
    internal static async Task ThrowsAsync<T>(Func<Task> call, [CallerArgumentExpression(nameof(call))] string what = "")
        where T : Exception
    {
        try
        {
            await call();
        }
        catch (T)
        {
            return;
        }

        throw new ConformanceException($"{what} must throw {typeof(T).Name}, and it returned");
    }

    // Two lists are alike when what is in them is.
    private static bool Alike<T>(T expected, T actual) => expected is System.Collections.IEnumerable one and not string && actual is System.Collections.IEnumerable other
        ? one.Cast<object?>().SequenceEqual(other.Cast<object?>())
        : EqualityComparer<T>.Default.Equals(expected, actual);

    private static void Fail(bool wrong, string why)
    {
        if (wrong)
        {
            throw new ConformanceException(why);
        }
    }

    private static string Shown(object? value) => value switch
    {
        null => "null",
        string text => $"'{text}'",
        System.Collections.IEnumerable many => $"[{string.Join(", ", many.Cast<object?>().Take(10).Select(Shown))}{(many.Cast<object?>().Skip(10).Any() ? ", ..." : "")}]",
        _ => $"{value}",
    };
}
