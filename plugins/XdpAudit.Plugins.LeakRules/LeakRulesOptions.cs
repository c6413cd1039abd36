using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace XdpAudit.Plugins.LeakRules;

/// <summary>The plugin's settings.</summary>
public sealed record LeakRulesOptions
{
    /// <summary>Copies of one program from which on <c>program-duplicated</c> speaks: <c>duplicated:count</c>, 3 when not set, at least 3.</summary>
    public int DuplicatedCount { get; init; } = 3;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is not what it must be; the message names it.</exception>
    public static LeakRulesOptions From(IConfiguration settings)
    {
        const string Count = "duplicated:count";
        if (settings[Count] is not { } text)
        {
            return new();
        }

        // Two copies are an update under way: the old one leaves when the new one is in place. Growth begins at three.
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 3
            ? new() { DuplicatedCount = count }
            : throw new ArgumentOutOfRangeException(nameof(settings), text, $"setting '{Count}' must be a whole number of at least 3");
    }
}
