"""A real browser to open pages in: Chromium, driven over the pipe that its DevTools offer, so that no driver is needed."""

import base64
import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path

CHROMIUM = next(filter(None, map(shutil.which, ['chromium', 'chromium-browser', 'google-chrome'])), None)


class Page:
    """One page in a browser of its own. Use it in a `with` statement."""

    def __init__(self, path, profile, width=1280, height=900, scheme='light'):
        self.url = Path(path).resolve().as_uri()
        self.profile, self.width, self.height, self.scheme = profile, width, height, scheme
        self.events, self.received, self.count, self.session = [], b'', 0, None

    def __enter__(self):
        read_by_browser, self.to_browser = os.pipe()
        self.from_browser, written_by_browser = os.pipe()

        def wire():
            # DevTools listen on descriptor 3 and answer on 4; one of them may already lie on the other's number
            own_input, own_output = os.dup(read_by_browser), os.dup(written_by_browser)
            spare_input, spare_output = os.dup(own_input), os.dup(own_output)
            os.dup2(spare_input, 3)
            os.dup2(spare_output, 4)

        options = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run']
        self.browser = subprocess.Popen(
            [CHROMIUM, *options, '--remote-debugging-pipe', f'--user-data-dir={self.profile}', 'about:blank'],
            preexec_fn=wire,
            close_fds=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(read_by_browser)
        os.close(written_by_browser)
        target = self.send('Target.createTarget', url='about:blank')['targetId']
        self.session = self.send('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        for domain in ('Page', 'Runtime', 'Network', 'Log'):
            self.send(f'{domain}.enable')
        self.send(
            'Emulation.setDeviceMetricsOverride',
            width=self.width,
            height=self.height,
            deviceScaleFactor=1,
            mobile=self.width < 600,
        )
        self.emulate(self.scheme)
        self.send('Page.navigate', url=self.url)
        self.wait_for('Page.loadEventFired')
        return self

    def __exit__(self, *_):
        self.browser.terminate()
        try:
            self.browser.wait(10)
        except subprocess.TimeoutExpired:
            self.browser.kill()
        os.close(self.to_browser)
        os.close(self.from_browser)

    def emulate(self, scheme, medium=''):
        features = [{'name': 'prefers-color-scheme', 'value': scheme}]
        self.send('Emulation.setEmulatedMedia', media=medium, features=features)

    def send(self, method, **parameters):
        self.count += 1
        number = self.count
        message = {'id': number, 'method': method, 'params': parameters}
        if self.session:
            message['sessionId'] = self.session
        os.write(self.to_browser, json.dumps(message).encode() + b'\0')
        answer = self.read_until(lambda each: each.get('id') == number)
        if 'error' in answer:
            raise RuntimeError(f'{method}: {answer["error"]}')
        return answer['result']

    def wait_for(self, event):
        if not any(each['method'] == event for each in self.events):
            self.read_until(lambda each: each.get('method') == event)

    def read_until(self, is_wanted, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            while b'\0' in self.received:
                text, self.received = self.received.split(b'\0', 1)
                message = json.loads(text)
                if 'method' in message:
                    self.events.append(message)
                if is_wanted(message):
                    return message
            if select.select([self.from_browser], [], [], 1)[0]:
                self.received += os.read(self.from_browser, 1 << 16)
        raise TimeoutError('the browser does not answer')

    def evaluate(self, expression):
        """The value of a JavaScript expression; promises are awaited."""
        result = self.send('Runtime.evaluate', expression=expression, returnByValue=True, awaitPromise=True)
        if 'exceptionDetails' in result:
            raise RuntimeError(result['exceptionDetails'])
        return result['result'].get('value')

    def press(self, key):
        for kind in ('keyDown', 'keyUp'):
            self.send('Input.dispatchKeyEvent', type=kind, key=key, code=key, windowsVirtualKeyCode={'Tab': 9, 'Enter': 13}[key])

    def requests(self):
        """The addresses that the page asked for, itself aside."""
        asked = [each['params']['request']['url'] for each in self.events if each['method'] == 'Network.requestWillBeSent']
        return [url for url in asked if url != self.url and not url.startswith('data:')]

    def complaints(self):
        """What the browser wrote to its console as an error, and exceptions of scripts."""
        return [
            each['params']
            for each in self.events
            if each['method'] == 'Runtime.exceptionThrown'
            or (each['method'] == 'Log.entryAdded' and each['params']['entry']['level'] == 'error')
        ]

    def screenshot(self, path):
        """The whole page as PNG."""
        picture = self.send('Page.captureScreenshot', format='png', captureBeyondViewport=True)
        Path(path).write_bytes(base64.b64decode(picture['data']))

    def printed(self, path):
        """The page as PDF."""
        Path(path).write_bytes(base64.b64decode(self.send('Page.printToPDF', printBackground=True)['data']))
