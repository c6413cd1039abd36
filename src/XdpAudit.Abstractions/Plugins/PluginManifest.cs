using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary><c>plugin.json</c>, which lies beside a plugin's main assembly: what the plugin says of itself. What it may is the operator's word.</summary>
public sealed record PluginManifest
{
    /// <summary>The file's name in the plugin's folder.</summary>
    public const string FileName = "plugin.json";

    /// <summary>The form of this file: 1.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>Lower-case letters, digits, hyphens and dots, at most 64: names its settings, its facts and its operations.</summary>
    public required string Id { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>One of <see cref="PluginKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The file name of its main assembly.</summary>
    public required string Entry { get; init; }

    /// <summary>The version of XdpAudit.Abstractions it was built with, <c>MAJOR.MINOR</c>.</summary>
    public required string Contract { get; init; }

    /// <summary>One of <see cref="PluginIsolation"/>: what it asks for. The operator may give it more.</summary>
    public string Isolation { get; init; } = PluginIsolation.Process;

    /// <summary>Libraries that it calls by P/Invoke, by the names it uses.</summary>
    public IReadOnlyList<string> NativeLibraries { get; init; } = [];

    /// <summary>Linux capabilities it needs, as capabilities(7) writes them.</summary>
    public IReadOnlyList<string> LinuxCapabilities { get; init; } = [];

    /// <summary>What it is for, in one sentence.</summary>
    public string Description { get; init; } = "";

    /// <summary>Whom to ask.</summary>
    public string Owner { get; init; } = "";
}

/// <summary>What a plugin brings.</summary>
public static class PluginKind
{
    /// <summary>An <see cref="IExecutor"/>.</summary>
    public const string Executor = "executor";

    /// <summary>An <see cref="ISensor"/>.</summary>
    public const string Sensor = "sensor";

    /// <summary>An <see cref="ILeakDetector"/>.</summary>
    public const string Detector = "detector";

    /// <summary>An <see cref="ISink"/>.</summary>
    public const string Sink = "sink";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Executor, Sensor, Detector, Sink];
}

/// <summary>Where a plugin runs.</summary>
public static class PluginIsolation
{
    /// <summary>In a process of its own: what goes wrong there does not touch the auditor.</summary>
    public const string Process = "process";

    /// <summary>Inside the auditor. For managed detectors and sinks.</summary>
    public const string InProcess = "in-process";
}

/// <summary>The JSON of <c>plugin.json</c>: snake_case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(PluginManifest))]
public sealed partial class PluginManifestJson : JsonSerializerContext;
