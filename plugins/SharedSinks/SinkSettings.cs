using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace XdpAudit.Plugins;

/// <summary>Reads the settings of a sink. Each throws a <see cref="FormatException"/> that names the setting, what it is, and what it must be.</summary>
internal static class SinkSettings
{
    internal static string? Text(IConfiguration settings, string name) => settings[name] is { Length: > 0 } text ? text : null;

    internal static int Number(IConfiguration settings, string name, int unset, int least, int most) => (int)Long(settings, name, unset, least, most);

    internal static long Long(IConfiguration settings, string name, long unset, long least, long most) =>
        settings[name] is not { } text ? unset
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"setting '{name}' is '{text}': it must be a whole number from {least} to {most}"));

    internal static TimeSpan Milliseconds(IConfiguration settings, string name, TimeSpan unset) =>
        TimeSpan.FromMilliseconds(Long(settings, name, (long)unset.TotalMilliseconds, 100, 120_000));

    internal static T Choice<T>(IConfiguration settings, string name, T unset, params IReadOnlyList<(string Word, T Value)> choices) =>
        settings[name] is not { } text ? unset
        : choices.Any(c => c.Word == text) ? choices.First(c => c.Word == text).Value
        : throw new FormatException($"setting '{name}' is '{text}': it must be {string.Join(", ", choices.SkipLast(1).Select(c => c.Word))} or {choices[^1].Word}");

    /// <summary>An absolute path without detours, or null where it is not set.</summary>
    internal static string? Path(IConfiguration settings, string name) =>
        Text(settings, name) is not { } path ? null
        : path.StartsWith('/') && !path.Contains('\0', StringComparison.Ordinal) && System.IO.Path.GetFullPath(path) == path ? path
        : throw new FormatException($"setting '{name}' is '{path}': it must be an absolute path without '.', '..' or doubled slashes");

    internal static FormatException Missing(string name, string example) => new($"setting '{name}' is not set, and the sink cannot do without; for example {example}");
}
