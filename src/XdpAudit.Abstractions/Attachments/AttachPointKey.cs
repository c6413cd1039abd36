using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>Where a program can be attached: an interface in a network namespace, named by the namespace's cookie and never by its inode.</summary>
/// <param name="Host">The host.</param>
/// <param name="Boot">The boot.</param>
/// <param name="Netns">SO_NETNS_COOKIE of the namespace the interface is in.</param>
/// <param name="IfIndex">The interface's number there.</param>
[JsonConverter(typeof(TextIdConverter<AttachPointKey>))]
public readonly record struct AttachPointKey(HostId Host, BootId Boot, NetnsCookie Netns, IfIndex IfIndex) : IId<AttachPointKey, string>
{
    /// <summary>The prefix of the written form.</summary>
    public const string Kind = "attach-point";

    /// <inheritdoc/>
    [JsonIgnore]
    public string Value => $"{Kind}/{Host}/{Boot}/{Netns}/{IfIndex}";

    /// <inheritdoc/>
    public static AttachPointKey From(string value)
    {
        var p = KeyText.Parts(value, Kind, 4);
        return new(new(p[1]), new(p[2]), new(KeyText.UInt64(p[3])), new(KeyText.UInt32(p[4])));
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
