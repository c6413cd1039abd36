using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>
/// Our identity of a link. The kernel keeps no creation time for links, so the program and the type it was first seen with take its place;
/// an update changes the program of a link, never its key.
/// </summary>
/// <param name="Host">The host.</param>
/// <param name="Boot">The boot in which it was seen.</param>
/// <param name="Id"><c>bpf_link_info.id</c>.</param>
/// <param name="FirstProgram">The program it held when first seen.</param>
/// <param name="Type">The link type as bpftool writes it, for example <c>xdp</c>.</param>
[JsonConverter(typeof(TextIdConverter<LinkKey>))]
public readonly record struct LinkKey(HostId Host, BootId Boot, KernelLinkId Id, KernelProgramId FirstProgram, string Type) : IId<LinkKey, string>
{
    /// <summary>The prefix of the written form.</summary>
    public const string Kind = "link";

    /// <inheritdoc/>
    [JsonIgnore]
    public string Value => $"{Kind}/{Host}/{Boot}/{Id}/{FirstProgram}/{Type}";

    /// <inheritdoc/>
    public static LinkKey From(string value)
    {
        var p = KeyText.Parts(value, Kind, 5);
        return new(new(p[1]), new(p[2]), new(KeyText.UInt32(p[3])), new(KeyText.UInt32(p[4])), p[5]);
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
