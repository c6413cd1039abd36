using System.Text.Json;
using XdpAudit.Conformance;
using XdpAudit.ConformanceTests;
using XdpAudit.Plugins.JsonLines;

namespace XdpAudit.Sinks.Tests;

public sealed class JsonLinesContractTests : SinkConformanceTests
{
    protected override ISinkReceiver Build() => new Reader();

    /// <summary>A real file; away is its directory.</summary>
    private sealed class Reader : ISinkReceiver
    {
        private readonly Folder _folder = new();

        internal Reader() => Sink = new JsonLinesSink(new() { Path = $"{Directory}/events.jsonl", MaxBatch = 50 });

        public ISink Sink { get; }

        private string Directory => _folder.File("log");

        public Task ComeAsync()
        {
            System.IO.Directory.CreateDirectory(Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return Task.CompletedTask;
        }

        public Task GoAsync()
        {
            System.IO.Directory.Delete(Directory, true);
            return Task.CompletedTask;
        }

        public Task<IReadOnlyList<string>> IdsAsync(int count) =>
            Task.FromResult<IReadOnlyList<string>>([.. Lines.Of($"{Directory}/events.jsonl").Select(l => JsonDocument.Parse(l).RootElement.GetProperty("id").GetString()!)]);

        public ValueTask DisposeAsync()
        {
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
