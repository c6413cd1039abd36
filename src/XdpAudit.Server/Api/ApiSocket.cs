using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using XdpAudit.Kernel;

namespace XdpAudit.Server;

/// <summary>The unix socket of the local API: its callers are known by the kernel's word, so no secret is needed.</summary>
internal static class ApiSocket
{
    /// <summary>Members of this group may read.</summary>
    internal const string ReadersGroup = "xdpaudit";

    /// <summary>Another auditor's socket is not taken over.</summary>
    /// <exception cref="StartException">Somebody answers there.</exception>
    internal static void RefuseIfServed(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            return;
        }

        var credentials = new byte[PeerProcess.CredentialBytes];
        probe.GetRawSocketOption(PeerProcess.SocketLevel, PeerProcess.PeerCredentials, credentials);
        var peer = PeerProcess.Of(credentials);
        throw new StartException(
            $"cannot serve the API at '{path}': process {peer.Pid} ({peer.Comm}) serves it already; end that one, or choose another with --socket", ExitCode.Failed);
    }

    internal static void Configure(WebApplicationBuilder builder, UpOptions options)
    {
        MakeDirectory(Path.GetDirectoryName(Path.GetFullPath(options.Socket))!);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.ListenUnixSocket(options.Socket);
            if (options.Listen is { } address && Loopback(address) is { } endpoint)
            {
                kestrel.Listen(endpoint);
            }
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true); // what is wrong with a request is said, see Access
        builder.Services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            o.SerializerOptions.PropertyNamingPolicy = ApiJson.Default.Options.PropertyNamingPolicy;
            o.SerializerOptions.DictionaryKeyPolicy = null;
            o.SerializerOptions.AllowOutOfOrderMetadataProperties = true;
        });

        // Only the one auditor that holds the store's lock comes here, so whoever made an old socket is gone.
        builder.Services.AddHostedService(_ => new StaleSocket(options.Socket));
    }

    /// <summary>A loopback address with a port; null for anything else.</summary>
    internal static IPEndPoint? Loopback(string text) =>
        IPEndPoint.TryParse(text.StartsWith("localhost:", StringComparison.Ordinal) ? $"127.0.0.1{text["localhost".Length..]}" : text, out var endpoint)
        && IPAddress.IsLoopback(endpoint.Address) && text.Contains(':', StringComparison.Ordinal) ? endpoint : null;

    private static void MakeDirectory(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"cannot make directory '{directory}' for the API's socket: {cause.Message.TrimEnd('.')}; choose another place with --socket", ExitCode.Failed);
        }
    }

    /// <summary>Lets the owner operate and the group in; the directory decides who else can even reach it.</summary>
    internal static void Open(UpOptions options)
    {
        var group = GroupAccess.Give(options.Socket, ReadersGroup);
        File.SetUnixFileMode(options.Socket, group
            ? UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
            : UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>The process at the other end; null when the connection is not the unix socket.</summary>
    internal static ProcessIdentity? Caller(HttpContext context)
    {
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is not { AddressFamily: AddressFamily.Unix } socket)
        {
            return null;
        }

        var credentials = new byte[PeerProcess.CredentialBytes];
        socket.GetRawSocketOption(PeerProcess.SocketLevel, PeerProcess.PeerCredentials, credentials);
        return PeerProcess.Of(credentials);
    }

    private sealed class StaleSocket(string path) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            File.Delete(path);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
