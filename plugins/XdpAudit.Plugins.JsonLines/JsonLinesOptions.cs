using Microsoft.Extensions.Configuration;

namespace XdpAudit.Plugins.JsonLines;

/// <summary>The settings of the plugin.</summary>
public sealed record JsonLinesOptions
{
    /// <summary>Absolute path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>Before it would outgrow this many bytes the file is put aside and another begun; a single batch may be longer.</summary>
    public long MaxBytes { get; init; } = 100 << 20;

    /// <summary>So many files that were put aside are kept, <c>PATH.1</c> being the youngest; at least 1.</summary>
    public int Keep { get; init; } = 10;

    /// <summary>The most events in one write and one fsync.</summary>
    public int MaxBatch { get; init; } = 1000;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="FormatException">One of them is missing or wrong; the message names it.</exception>
    public static JsonLinesOptions Read(IConfiguration settings)
    {
        var unset = new JsonLinesOptions { Path = SinkSettings.Path(settings, "path") ?? throw SinkSettings.Missing("path", "/var/log/xdpaudit/events.jsonl") };
        return unset with
        {
            MaxBytes = SinkSettings.Long(settings, "max_bytes", unset.MaxBytes, least: 1 << 12, most: 1L << 40),
            Keep = SinkSettings.Number(settings, "keep", unset.Keep, least: 1, most: 1000),
            MaxBatch = SinkSettings.Number(settings, "max_batch", unset.MaxBatch, least: 1, most: 10_000),
        };
    }
}
