using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>The flight recorder's settings.</summary>
public sealed record FlightRecorderOptions
{
    /// <summary>Whether to open the tier of perf records; setting <c>perf</c>.</summary>
    public bool Perf { get; init; } = true;

    /// <summary>Whether to open the tier that watches bpffs; setting <c>files</c>.</summary>
    public bool Files { get; init; } = true;

    /// <summary>Whether to tell of programs of all types by all tiers; setting <c>all_types</c>.</summary>
    public bool AllTypes { get; init; }

    /// <summary>Whether to open the tier of BTF tracepoints; setting <c>tracing</c>.</summary>
    public bool Tracing { get; init; } = true;

    /// <summary>Whether to open the tier of kernel functions; setting <c>function</c>.</summary>
    public bool Function { get; init; } = true;

    /// <summary>Whether to tell of closed descriptors; setting <c>closes</c>.</summary>
    public bool Closes { get; init; } = true;

    /// <summary>Pages of the perf ring of each processor, a power of two; setting <c>perf_pages</c>. One page of 4 KiB holds 85 records.</summary>
    public int PerfPages { get; init; } = 256;

    /// <summary>Bytes of the ring of the tracing and function tiers, a power of two and a multiple of the page size; setting <c>ring_bytes</c>.</summary>
    public int RingBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The auditor's process: its closes are the looks', and told to nobody. No setting.</summary>
    public int AuditorPid { get; init; } = Environment.ProcessId;

    /// <summary>Reads a plugin's settings. Throws <see cref="FormatException"/> for one that cannot be used.</summary>
    public static FlightRecorderOptions From(IConfiguration settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var unless = new FlightRecorderOptions();
        return new()
        {
            Perf = Switch(settings, "perf", unless.Perf),
            Files = Switch(settings, "files", unless.Files),
            AllTypes = Switch(settings, "all_types", unless.AllTypes),
            Tracing = Switch(settings, "tracing", unless.Tracing),
            Function = Switch(settings, "function", unless.Function),
            Closes = Switch(settings, "closes", unless.Closes),
            PerfPages = PowerOfTwo(settings, "perf_pages", unless.PerfPages, 1, 65_536),
            RingBytes = PowerOfTwo(settings, "ring_bytes", unless.RingBytes, Environment.SystemPageSize, 1 << 30),
        };
    }

    private static bool Switch(IConfiguration settings, string name, bool unless) => settings[name] switch
    {
        null => unless,
        var text when bool.TryParse(text, out var on) => on,
        var text => throw new FormatException($"setting '{name}' is '{text}': it must be true or false"),
    };

    private static int PowerOfTwo(IConfiguration settings, string name, int unless, int least, int most) => settings[name] switch
    {
        null => unless,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most && int.IsPow2(number) => number,
        var text => throw new FormatException($"setting '{name}' is '{text}': it must be a power of two from {least} to {most}"),
    };
}
