using System.Text.Json;
using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>A number or text with a meaning of its own: written as the bare value in JSON, never mixed up in code.</summary>
public interface IId<TSelf, TValue>
    where TSelf : struct, IId<TSelf, TValue>
{
    /// <summary>The bare value.</summary>
    TValue Value { get; }

    /// <summary>Wraps a bare value.</summary>
    static abstract TSelf From(TValue value);
}

/// <summary>Writes a 32-bit id as a JSON number.</summary>
public sealed class UInt32IdConverter<T> : JsonConverter<T>
    where T : struct, IId<T, uint>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => T.From(reader.GetUInt32());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}

/// <summary>Writes a 64-bit id as a JSON number.</summary>
public sealed class UInt64IdConverter<T> : JsonConverter<T>
    where T : struct, IId<T, ulong>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => T.From(reader.GetUInt64());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}

/// <summary>Writes an id that is text as a JSON string, also as the name of a member.</summary>
public sealed class TextIdConverter<T> : JsonConverter<T>
    where T : struct, IId<T, string>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        T.From(reader.GetString() ?? throw new JsonException($"a {typeof(T).Name} must be text, not null"));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);

    /// <inheritdoc/>
    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => T.From(reader.GetString()!);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName(value.Value);
}
