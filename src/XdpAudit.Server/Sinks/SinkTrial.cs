using System.Text.RegularExpressions;
using XdpAudit.Conformance;

namespace XdpAudit.Server;

/// <summary>One way in which a sink can be tried: against a receiver of ours, on this machine, with these settings.</summary>
/// <param name="Name">For people.</param>
/// <param name="Receiver">One of <see cref="TrialReceiver.Kinds"/>.</param>
/// <param name="Options">The sink's settings; <see cref="Place"/> in them stands for the receiver's address.</param>
/// <param name="Id">Finds the ids of events in what arrives, each once: its first group, or all of it.</param>
internal sealed record SinkTrial(string Name, string Receiver, IReadOnlyDictionary<string, string?> Options, Regex Id)
{
    /// <summary>The file in a plugin's folder.</summary>
    internal const string FileName = "conformance.json";

    internal const string Place = "{receiver}";

    // An author's pattern is run over what an author's sink sent, but it may not run for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The ways that a sink's folder names; none when there is no such file.</summary>
    /// <exception cref="ConformanceException">The file cannot be understood.</exception>
    internal static IReadOnlyList<SinkTrial> Of(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            using var file = File.OpenRead(path);
            var trials = new ConfigurationBuilder().AddJsonStream(file).Build().GetSection("trials").GetChildren().Select(Read).ToList();
            return trials.Count > 0 ? trials : throw new ConformanceException($"{FileName} names no trials");
        }
        catch (Exception cause) when (cause is FormatException or InvalidDataException or System.Text.Json.JsonException)
        {
            throw new ConformanceException($"{FileName} is no JSON: {cause.Message}", cause);
        }
    }

    /// <summary>The settings with an address in them.</summary>
    internal IEnumerable<KeyValuePair<string, string?>> At(string address) =>
        Options.Select(option => KeyValuePair.Create(option.Key, option.Value?.Replace(Place, address, StringComparison.Ordinal)));

    private static SinkTrial Read(IConfigurationSection trial)
    {
        var receiver = trial["receiver"] ?? "";
        if (!TrialReceiver.Kinds.Contains(receiver))
        {
            throw new ConformanceException($"{FileName} names a receiver '{receiver}': it must be one of {string.Join(", ", TrialReceiver.Kinds)}");
        }

        var options = trial.GetSection("options").AsEnumerable(makePathsRelative: true).Where(o => o is { Key.Length: > 0, Value: not null }).ToDictionary();
        if (!options.Values.Any(value => value!.Contains(Place, StringComparison.Ordinal)))
        {
            throw new ConformanceException($"{FileName} gives no setting the address of the receiver: write {Place} where it belongs");
        }

        try
        {
            return new(trial["name"] ?? receiver, receiver, options, new(trial["id"] ?? Regex.Escape(Envelopes.Of(1).Id[..^1]) + "[0-9]+(?![0-9])", RegexOptions.CultureInvariant, Patience));
        }
        catch (ArgumentException cause)
        {
            throw new ConformanceException($"{FileName} has an 'id' that is no regular expression: {cause.Message}", cause);
        }
    }
}
