using System.Text.Json;
using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>How an XDP program is run at an interface. Setting and querying use different numbers in the kernel; this is neither.</summary>
[JsonConverter(typeof(XdpModeConverter))]
public enum XdpMode
{
    /// <summary>Not known, or left to the kernel in a request: native where the driver can, generic elsewhere.</summary>
    Unknown = 0,

    /// <summary>In the driver: XDP_FLAGS_DRV_MODE, XDP_ATTACHED_DRV (if_link.h).</summary>
    Native = 1,

    /// <summary>In the stack, on the skb: XDP_FLAGS_SKB_MODE, XDP_ATTACHED_SKB.</summary>
    Generic = 2,

    /// <summary>In the hardware: XDP_FLAGS_HW_MODE, XDP_ATTACHED_HW.</summary>
    Offload = 3,
}

/// <summary>Modes are written <c>native</c>, <c>generic</c>, <c>offload</c>, <c>unknown</c>.</summary>
public sealed class XdpModeConverter : JsonConverter<XdpMode>
{
    /// <inheritdoc/>
    public override XdpMode Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => XdpModes.Parse(reader.GetString());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, XdpMode value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text());
}

/// <summary>The written form of modes.</summary>
public static class XdpModes
{
    /// <summary>The word for a mode.</summary>
    public static string Text(this XdpMode mode) => mode switch
    {
        XdpMode.Native => "native",
        XdpMode.Generic => "generic",
        XdpMode.Offload => "offload",
        _ => "unknown",
    };

    /// <summary>The mode a word stands for; <see cref="XdpMode.Unknown"/> for any other word.</summary>
    public static XdpMode Parse(string? text) => text switch
    {
        "native" => XdpMode.Native,
        "generic" => XdpMode.Generic,
        "offload" => XdpMode.Offload,
        _ => XdpMode.Unknown,
    };
}
