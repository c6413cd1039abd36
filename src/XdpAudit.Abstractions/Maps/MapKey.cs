using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>Our identity of a map. The kernel keeps no creation time for maps, so the type takes its place beside the id.</summary>
/// <param name="Host">The host.</param>
/// <param name="Boot">The boot in which it was seen.</param>
/// <param name="Id"><c>bpf_map_info.id</c>.</param>
/// <param name="Type">The map type as bpftool writes it, for example <c>prog_array</c>.</param>
[JsonConverter(typeof(TextIdConverter<MapKey>))]
public readonly record struct MapKey(HostId Host, BootId Boot, KernelMapId Id, string Type) : IId<MapKey, string>
{
    /// <summary>The prefix of the written form.</summary>
    public const string Kind = "map";

    /// <inheritdoc/>
    [JsonIgnore]
    public string Value => $"{Kind}/{Host}/{Boot}/{Id}/{Type}";

    /// <inheritdoc/>
    public static MapKey From(string value)
    {
        var p = KeyText.Parts(value, Kind, 4);
        return new(new(p[1]), new(p[2]), new(KeyText.UInt32(p[3])), p[4]);
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
