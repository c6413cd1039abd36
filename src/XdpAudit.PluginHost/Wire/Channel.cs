using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Nerdbank.Streams;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace XdpAudit.Hosting;

/// <summary>JSON-RPC 2.0 over a stream, each message with its length before it. Values are in the written form of the contract; exceptions are words.</summary>
internal static class Channel
{
    internal static JsonRpc Over(Stream stream) => new(new BoundedFrames(stream.UsePipe(), new SystemTextJsonFormatter
    {
        JsonSerializerOptions = new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            AllowOutOfOrderMetadataProperties = true,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        },
    }))
    {
        ExceptionStrategy = ExceptionProcessing.CommonErrorData,

        // A plugin that blocks its thread must not keep the next call from being heard.
        SynchronizationContext = null,
    };

    /// <summary>The other side cannot have us set room aside for whatever length it names.</summary>
    private sealed class BoundedFrames(IDuplexPipe pipe, IJsonRpcMessageFormatter formatter) : LengthHeaderMessageHandler(pipe, formatter)
    {
        /// <summary>Bytes; a host with ten thousand programs is a tenth of it.</summary>
        private const uint Most = 64 * 1024 * 1024;

        protected override async ValueTask<JsonRpcMessage?> ReadCoreAsync(CancellationToken cancellationToken)
        {
            var read = await Reader!.ReadAtLeastAsync(sizeof(uint), cancellationToken);
            var length = read.Buffer.Length < sizeof(uint) ? 0 : Length(read.Buffer);
            Reader.AdvanceTo(read.Buffer.Start);
            return length <= Most ? await base.ReadCoreAsync(cancellationToken) : throw new InvalidDataException($"a message of {length} bytes is longer than the {Most} that are read");
        }

        private static uint Length(ReadOnlySequence<byte> buffer)
        {
            Span<byte> bytes = stackalloc byte[sizeof(uint)];
            buffer.Slice(0, sizeof(uint)).CopyTo(bytes);
            return System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes);
        }
    }
}
