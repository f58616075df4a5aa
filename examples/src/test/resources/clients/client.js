// Clients of the examples, and a server for the parallel dialer, on Node.
// node client.js SCENARIO PORT...; exits with 0 only if everything came back as it should.
'use strict';
const assert = require('assert');
const crypto = require('crypto');
const dgram = require('dgram');
const http = require('http');
const net = require('net');
const readline = require('readline');

const host = '127.0.0.1';

async function echo(port) {
    const one = () => new Promise((resolve, reject) => {
        const sent = crypto.randomBytes(200000);
        const received = [];
        const socket = net.connect(port, host, () => socket.end(sent));
        socket.on('data', part => received.push(part));
        socket.on('error', reject);
        socket.on('end', () => resolve(assert(sent.equals(Buffer.concat(received)))));
    });
    await Promise.all(Array.from({length: 20}, one));
    console.log('20 connections echoed');
}

async function get(port, agent) {
    const sockets = new Set();
    for (let number = 0; number < 200; number++) {
        await new Promise((resolve, reject) => {
            const request = http.get({host, port, agent, path: '/plaintext'}, response => {
                let text = '';
                response.on('data', part => text += part);
                response.on('end', () => {
                    assert.strictEqual(response.statusCode, 200);
                    assert.strictEqual(text, 'Hello, World!');
                    resolve();
                });
            });
            request.on('socket', socket => sockets.add(socket));
            request.on('error', reject);
        });
    }
    return sockets.size;
}

async function serveHttp(port) {
    const agent = new http.Agent({keepAlive: true, maxSockets: 1});
    console.log('200 requests, ' + await get(port, agent) + ' connection');
    agent.destroy();
}

async function game(tcpPort, udpPort) {
    const tcp = net.connect(tcpPort, host);
    const lines = readline.createInterface({input: tcp})[Symbol.asyncIterator]();
    const until = async wanted => {
        for (;;) {
            const {value, done} = await lines.next();
            assert(!done, wanted + ' never came');
            if (value.includes(wanted)) {
                return;
            }
        }
    };
    const udp = dgram.createSocket('udp4');
    const heard = wanted => new Promise(resolve => {
        udp.on('message', message => message.toString().includes(wanted) && resolve());
    });
    tcp.write('join ann\n');
    await until('welcome ann');
    let answer = heard('welcome bob');
    udp.send('join bob', udpPort, host);
    await answer;
    udp.send('move 1 2', udpPort, host);
    await until('bob=1,2');
    answer = heard('ann=-1,-2');
    tcp.write('move -1 -2\n');
    await answer;
    tcp.end('leave\n');
    await until('bye');
    answer = heard('bye');
    udp.send('leave', udpPort, host);
    await answer;
    udp.close();
    console.log('players met');
}

async function listen() {
    const server = net.createServer(socket => {
        socket.resume();
        socket.on('end', () => {
            console.log('end');
            server.close();
        });
    });
    server.listen(0, host, () => console.log(server.address().port));
}

const scenarios = {echo, http: serveHttp, game, listen};
scenarios[process.argv[2]](...process.argv.slice(3).map(Number)).catch(failure => {
    console.error(failure);
    process.exit(1);
});
