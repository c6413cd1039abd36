using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace XdpAudit.Plugins.Libxdp;

/// <summary>The settings of the plugin.</summary>
public sealed record LibxdpOptions
{
    /// <summary>The most that fits the array by whose length libxdp writes a priority down.</summary>
    private const int MostPriority = 1_000_000_000;

    /// <summary>A directory on a bpffs: libxdp keeps what it attached in <c>xdp</c> below it. Whoever shares an interface's dispatcher has to use the same.</summary>
    public string Bpffs { get; init; } = "/sys/fs/bpf";

    /// <summary>Where libxdp's own objects are (<c>xdp-dispatcher.o</c>); null for where it was built to look.</summary>
    public string? ObjectPath { get; init; }

    /// <summary>The place in the order of those programs whose object does not say it itself, lowest first; null for libxdp's 50.</summary>
    public int? RunPriority { get; init; }

    /// <summary>How long an unload waits for the kernel to let go of the program.</summary>
    public TimeSpan UnloadWait { get; init; } = LettingGo.DefaultWait;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="FormatException">One of them is wrong; the message names it.</exception>
    public static LibxdpOptions Read(IConfiguration settings)
    {
        var unset = new LibxdpOptions();
        return new()
        {
            Bpffs = Path(settings, "bpffs") ?? unset.Bpffs,
            ObjectPath = Path(settings, "object_path"),
            RunPriority = Number(settings, "run_prio", MostPriority),
            UnloadWait = Number(settings, "unload_wait_ms", 60_000) is { } wait ? TimeSpan.FromMilliseconds(wait) : unset.UnloadWait,
        };
    }

    private static string? Path(IConfiguration settings, string name) =>
        settings[name] is not { } path ? null
        : path.StartsWith('/') && !path.Contains('\0', StringComparison.Ordinal) ? path.TrimEnd('/')
        : throw new FormatException($"setting '{name}' is '{path}': it must be an absolute path");

    private static int? Number(IConfiguration settings, string name, int most) =>
        settings[name] is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number
        : throw new FormatException($"setting '{name}' is '{text}': it must be a number from 0 to {most.ToString(CultureInfo.InvariantCulture)}");
}
