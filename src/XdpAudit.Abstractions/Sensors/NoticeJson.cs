using System.Text.Json;
using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>
/// The written form of what sensors say, on disk and between processes: UTF-8 JSON, snake_case, nulls left out, unknown members ignored. A notice
/// is written as a <see cref="KernelNotice"/>, so that its <c>kind</c> goes with it. Compiled ahead of time.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(KernelNotice))]
[JsonSerializable(typeof(IReadOnlyList<KernelNotice>))]
[JsonSerializable(typeof(SensorStatus))]
public sealed partial class NoticeJson : JsonSerializerContext
{
    /// <summary>The notice in written bytes.</summary>
    /// <exception cref="JsonException">They are no notice of a kind that is known here.</exception>
    public static KernelNotice Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Default.KernelNotice) ?? throw new JsonException("a written notice is null");
        }
        catch (NotSupportedException cause)
        {
            // What System.Text.Json says of an object without "kind".
            throw new JsonException("a written notice names no kind", cause);
        }
    }
}
